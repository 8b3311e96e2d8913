//! The trained nets as they lie in the binary.
//!
//! in: `dictionaries/model/digits-*.bin` → out: named [`Tensor`]s.
//! Format, little endian: "CVNN", u32 version 1, u32 count; per tensor u8 name length, name, u8 rank, u32 per dimension,
//! f32 values in row-major order (`tools/handwriting/export.py` writes it).
//! Promises: a damaged file is an error with its name, never a panic.

use crate::error::{Error, Result};
use std::collections::HashMap;

/// Named arrays of a net.
#[derive(Debug)]
pub(super) struct Weights {
    name: &'static str,
    tensors: HashMap<String, Tensor>,
}

/// An array in row-major order.
#[derive(Debug, Clone)]
pub(super) struct Tensor {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

struct Reader<'a> {
    name: &'static str,
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(count).ok_or_else(|| damaged(self.name, "it ends too early"))?;
        self.rest = rest;
        Ok(head)
    }
    fn byte(&mut self) -> Result<usize> {
        Ok(usize::from(self.take(1)?[0]))
    }
    fn word(&mut self) -> Result<usize> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize)
    }
}

fn damaged(name: &str, what: &str) -> Error {
    Error::environment(format!("handwriting model {name}: {what}: train or export it again"))
}

impl Weights {
    /// Parses a model file; `name` is for messages.
    pub(super) fn parse(name: &'static str, bytes: &[u8]) -> Result<Weights> {
        let mut reader = Reader { name, rest: bytes };
        if reader.take(4)? != b"CVNN" || reader.word()? != 1 {
            return Err(damaged(name, "it is of another format or version"));
        }
        let mut tensors = HashMap::new();
        for _ in 0..reader.word()? {
            let length = reader.byte()?;
            let key = String::from_utf8_lossy(reader.take(length)?).into_owned();
            let rank = reader.byte()?;
            let shape = (0..rank).map(|_| reader.word()).collect::<Result<Vec<_>>>()?;
            let count = shape.iter().try_fold(1usize, |n, d| n.checked_mul(*d)).filter(|n| *n < 1 << 24);
            let count = count.ok_or_else(|| damaged(name, "a layer is too large"))?;
            let values = reader.take(count * 4)?.chunks_exact(4);
            let values = values.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
            tensors.insert(key, Tensor { shape, values });
        }
        Ok(Weights { name, tensors })
    }

    /// Takes the tensor `key`, which must have this shape.
    pub(super) fn take(&mut self, key: &str, shape: &[usize]) -> Result<Vec<f32>> {
        match self.tensors.remove(key) {
            Some(t) if t.shape == shape => Ok(t.values),
            Some(t) => Err(damaged(self.name, &format!("layer {key} is {:?}, not {shape:?}", t.shape))),
            None => Err(damaged(self.name, &format!("layer {key} is missing"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let mut bytes = b"CVNN".to_vec();
        for n in [1u32, 1] {
            bytes.extend(n.to_le_bytes());
        }
        bytes.extend([2, b'c', b'0', 1]);
        bytes.extend(2u32.to_le_bytes());
        bytes.extend(1.5f32.to_le_bytes());
        bytes.extend((-2.0f32).to_le_bytes());
        bytes
    }

    #[test]
    fn reads_what_was_written_and_refuses_the_rest() {
        let mut weights = Weights::parse("x", &file()).unwrap();
        assert!(weights.take("c0", &[3]).unwrap_err().to_string().contains("not [3]"));
        let mut weights2 = Weights::parse("x", &file()).unwrap();
        assert_eq!(weights2.take("c0", &[2]).unwrap(), [1.5, -2.0]);
        assert!(weights.take("c1", &[2]).unwrap_err().to_string().contains("missing"));
        for cut in 0..file().len() {
            assert!(Weights::parse("x", &file()[..cut]).is_err(), "{cut}");
        }
    }
}
