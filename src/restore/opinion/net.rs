//! The net of the second opinion: a small transformer that sees the words on both sides of a hidden one.
//!
//! in: a window of words, some hidden or shown without their marks → out: one vector per hidden place; in: such a vector and a
//! word → out: how well they fit (a logarithm up to a constant).
//! The file is described in `tools/opinion/export.py`; its weights are whole numbers of −127..=127 times a step per row.
//! Promises: a damaged file is an error, never a panic; equal windows give equal vectors.

use crate::error::{Error, Result};
use crate::text::fold::bare;
use std::collections::HashMap;

const MAGIC: &[u8] = b"CVSO0001";
/// Width of one head of attention.
const HEAD: usize = 32;
/// Added to a variance before its root is taken.
const EPSILON: f32 = 1e-5;

/// Number of a word to the net.
pub type Word = u16;
/// Nothing is shown at a place.
pub const HIDDEN: Word = 0;
/// End of a sentence or clause.
pub const END: Word = 1;
/// A word the net does not know.
pub const UNKNOWN: Word = 2;
/// Any number.
pub const NUMBER: Word = 3;
/// A comma.
pub const COMMA: Word = 4;
/// A slash between words.
pub const SLASH: Word = 5;
/// Numbers below this are not words.
const FIXED: usize = 6;

/// What is shown at one place of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The word, or [`HIDDEN`].
    pub word: Word,
    /// The bare form of a hidden word; 0 where it is not known either, or no other word has it.
    pub bare: u16,
    /// 0 small letters, 1 first letter capital, 2 all capitals.
    pub case: u8,
}

/// The net.
pub struct Net {
    words: HashMap<Box<str>, Word>,
    bares: HashMap<Box<str>, u16>,
    width: usize,
    /// Longest window.
    pub places: usize,
    word: Vec<f32>,
    bare: Vec<f32>,
    case: Vec<f32>,
    place: Vec<f32>,
    layers: Vec<Layer>,
    norm: Norm,
    bias: Vec<f32>,
}

struct Layer {
    norm1: Norm,
    attention: Dense,
    out: Dense,
    norm2: Norm,
    up: Dense,
    down: Dense,
}

struct Norm {
    scale: Vec<f32>,
    shift: Vec<f32>,
}

struct Dense {
    inputs: usize,
    /// One row per input, as the product of matrices likes it best.
    weight: Vec<f32>,
    bias: Vec<f32>,
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count).ok_or_else(damaged)?;
        self.0 = rest;
        Ok(head)
    }
    fn size(&mut self) -> Result<usize> {
        let raw = self.take(4)?;
        let size = u32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]]) as usize;
        if size < 1 << 20 { Ok(size) } else { Err(damaged()) }
    }
    fn vector(&mut self, length: usize) -> Result<Vec<f32>> {
        Ok(self.take(length * 4)?.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
    }
    fn matrix(&mut self, rows: usize, columns: usize) -> Result<Vec<f32>> {
        let raw = self.take(rows * (columns + 4))?;
        let mut values = Vec::with_capacity(rows * columns);
        for row in raw.chunks_exact(columns + 4) {
            let step = f32::from_le_bytes([row[0], row[1], row[2], row[3]]);
            values.extend(row[4..].iter().map(|b| f32::from(b.cast_signed()) * step));
        }
        Ok(values)
    }
    fn norm(&mut self, width: usize) -> Result<Norm> {
        Ok(Norm { scale: self.vector(width)?, shift: self.vector(width)? })
    }
    fn dense(&mut self, outputs: usize, inputs: usize) -> Result<Dense> {
        let by_output = self.matrix(outputs, inputs)?;
        let weight = (0..inputs).flat_map(|i| by_output.iter().skip(i).step_by(inputs).copied()).collect();
        Ok(Dense { inputs, weight, bias: self.vector(outputs)? })
    }
}

fn damaged() -> Error {
    Error::environment("the net of the second opinion is damaged or of another version: train or export it again")
}

impl Net {
    /// Reads a model file.
    pub fn parse(bytes: &[u8]) -> Result<Net> {
        let mut reader = Reader(bytes);
        if reader.take(MAGIC.len())? != MAGIC {
            return Err(damaged());
        }
        let [count, width, layers, inner, places, bares] = [(); 6].map(|()| reader.size());
        let (count, width, layers, inner, places, bares) = (count?, width?, layers?, inner?, places?, bares?);
        if count < FIXED || width == 0 || width % HEAD != 0 || places == 0 || count > usize::from(Word::MAX) {
            return Err(damaged());
        }
        let length = reader.size()?;
        let names = std::str::from_utf8(reader.take(length)?).map_err(|_| damaged())?;
        let words: HashMap<Box<str>, Word> =
            names.lines().take(count - FIXED).map(Box::from).zip(FIXED as Word..).collect();
        let net = Net {
            bares: bare_forms(names, bares),
            words,
            width,
            places,
            word: reader.matrix(count, width)?,
            bare: reader.matrix(bares, width)?,
            case: reader.matrix(3, width)?,
            place: reader.matrix(places, width)?,
            layers: (0..layers).map(|_| Layer::read(&mut reader, width, inner)).collect::<Result<_>>()?,
            norm: reader.norm(width)?,
            bias: reader.vector(count)?,
        };
        if reader.0.is_empty() { Ok(net) } else { Err(damaged()) }
    }

    /// Number of a word in the form the language model keeps; [`UNKNOWN`] for a rare one.
    pub fn word(&self, normal: &str) -> Word {
        self.words.get(normal).copied().unwrap_or(UNKNOWN)
    }

    /// Number of a bare form; 0 when it is that of one word alone or of none.
    pub fn bare(&self, bare: &str) -> u16 {
        self.bares.get(bare).copied().unwrap_or(0)
    }

    /// One vector for each of the places `asked`, side by side. Windows are no longer than [`Net::places`].
    pub fn read(&self, window: &[Shown], asked: &[usize]) -> Vec<f32> {
        let width = self.width;
        let mut stream = Vec::with_capacity(window.len() * width);
        for (at, shown) in window.iter().enumerate() {
            let from = stream.len();
            stream.extend_from_slice(row(&self.word, usize::from(shown.word), width));
            add(&mut stream[from..], row(&self.bare, usize::from(shown.bare), width));
            add(&mut stream[from..], row(&self.case, usize::from(shown.case), width));
            add(&mut stream[from..], row(&self.place, at, width));
        }
        let (last, before) = match self.layers.split_last() {
            Some((last, before)) => (Some(last), before),
            None => (None, &self.layers[..]),
        };
        let all: Vec<usize> = (0..window.len()).collect();
        for layer in before {
            stream = layer.run(&stream, &all);
        }
        // only what is asked for has to pass the last layer
        let mut vectors = match last {
            Some(layer) => layer.run(&stream, asked),
            None => asked.iter().flat_map(|at| row(&stream, *at, width).to_vec()).collect(),
        };
        self.norm.run(&mut vectors);
        vectors
    }

    /// How well a word fits a vector of [`Net::read`].
    pub fn fit(&self, vector: &[f32], word: Word) -> f32 {
        dot(row(&self.word, usize::from(word), self.width), vector) + self.bias[usize::from(word)]
    }

    /// Length of a vector.
    pub fn width(&self) -> usize {
        self.width
    }
}

/// The bare forms that several words have, numbered from 1 in the order of the words.
fn bare_forms(names: &str, most: usize) -> HashMap<Box<str>, u16> {
    let mut order: Vec<String> = Vec::new();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for form in names.lines().map(bare) {
        let count = counts.entry(form.clone()).or_insert(0);
        *count += 1;
        if *count == 1 {
            order.push(form);
        }
    }
    order.retain(|form| counts[form] > 1);
    order.into_iter().map(String::into_boxed_str).zip(1..).take(most.saturating_sub(1)).collect()
}

fn row(matrix: &[f32], at: usize, width: usize) -> &[f32] {
    &matrix[at * width..(at + 1) * width]
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    sum(a.iter().zip(b).map(|(x, y)| x * y))
}

/// A sum in eight lanes, which the processor adds at once.
fn sum(values: impl ExactSizeIterator<Item = f32>) -> f32 {
    let mut lanes = [0.0; 8];
    for (at, value) in values.enumerate() {
        lanes[at % 8] += value;
    }
    lanes.iter().sum()
}

impl Layer {
    fn read(reader: &mut Reader, width: usize, inner: usize) -> Result<Layer> {
        Ok(Layer {
            norm1: reader.norm(width)?,
            attention: reader.dense(3 * width, width)?,
            out: reader.dense(width, width)?,
            norm2: reader.norm(width)?,
            up: reader.dense(inner, width)?,
            down: reader.dense(width, inner)?,
        })
    }

    /// The vectors of the places `asked` after this layer, from those of all places.
    fn run(&self, stream: &[f32], asked: &[usize]) -> Vec<f32> {
        let width = self.out.inputs;
        let mut normed = stream.to_vec();
        self.norm1.run(&mut normed);
        let mixed = self.out.run(&attend(&self.attention.run(&normed), width, asked));
        let mut stream: Vec<f32> = asked.iter().flat_map(|at| row(stream, *at, width)).copied().collect();
        add(&mut stream, &mixed);
        let mut normed = stream.clone();
        self.norm2.run(&mut normed);
        let mut inner = self.up.run(&normed);
        inner.iter_mut().for_each(|v| *v = v.max(0.0));
        add(&mut stream, &self.down.run(&inner));
        stream
    }
}

fn add(to: &mut [f32], more: &[f32]) {
    to.iter_mut().zip(more).for_each(|(a, b)| *a += b);
}

/// Attention: `all` holds query, key and value of every place; the result is for the places `asked`.
fn attend(all: &[f32], width: usize, asked: &[usize]) -> Vec<f32> {
    let places = all.len() / (3 * width);
    let mut out = vec![0.0; asked.len() * width];
    let queries: Vec<f32> = asked.iter().flat_map(|at| &all[at * 3 * width..at * 3 * width + width]).copied().collect();
    let scale = 1.0 / (HEAD as f32).sqrt();
    let mut shares = vec![0.0; asked.len() * places];
    for head in (0..width).step_by(HEAD) {
        // shares = queries × keysᵀ
        multiply(
            (&queries[head..], width, 1),
            (&all[width + head..], 1, 3 * width),
            &mut shares,
            (asked.len(), HEAD, places),
            (places, scale, 0.0),
        );
        shares.chunks_exact_mut(places).for_each(softmax);
        multiply(
            (&shares, places, 1),
            (&all[2 * width + head..], 3 * width, 1),
            &mut out[head..],
            (asked.len(), places, HEAD),
            (width, 1.0, 0.0),
        );
    }
    out
}

fn softmax(scores: &mut [f32]) {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    scores.iter_mut().for_each(|s| *s = (*s - most).exp());
    let total = sum(scores.iter().copied());
    scores.iter_mut().for_each(|s| *s /= total);
}

impl Norm {
    fn run(&self, vectors: &mut [f32]) {
        let width = self.scale.len();
        for vector in vectors.chunks_exact_mut(width) {
            let mean = sum(vector.iter().copied()) / width as f32;
            let spread = sum(vector.iter().map(|v| (v - mean) * (v - mean))) / width as f32;
            let factor = 1.0 / (spread + EPSILON).sqrt();
            for ((v, scale), shift) in vector.iter_mut().zip(&self.scale).zip(&self.shift) {
                *v = (*v - mean) * factor * scale + shift;
            }
        }
    }
}

impl Dense {
    fn run(&self, input: &[f32]) -> Vec<f32> {
        let (rows, outputs) = (input.len() / self.inputs, self.bias.len());
        let mut out = self.bias.repeat(rows);
        let shape = (rows, self.inputs, outputs);
        multiply((input, self.inputs, 1), (&self.weight, outputs, 1), &mut out, shape, (outputs, 1.0, 1.0));
        out
    }
}

/// `c = scale · a × b + keep · c` for a (m × k) and b (k × n) with row and column strides, c (m × n) with a row stride.
fn multiply(
    (a, a_row, a_column): (&[f32], usize, usize),
    (b, b_row, b_column): (&[f32], usize, usize),
    c: &mut [f32],
    (m, k, n): (usize, usize, usize),
    (c_row, scale, keep): (usize, f32, f32),
) {
    if m == 0 || k == 0 || n == 0 {
        return;
    }
    let last = |row: usize, column: usize, rows: usize, columns: usize| row * (rows - 1) + column * (columns - 1);
    assert!(last(a_row, a_column, m, k) < a.len() && last(b_row, b_column, k, n) < b.len());
    assert!(last(c_row, 1, m, n) < c.len() && c_row >= n);
    // SAFETY: the farthest elements that shapes and strides reach were just checked to lie inside.
    unsafe {
        matrixmultiply::sgemm(
            m,
            k,
            n,
            scale,
            a.as_ptr(),
            a_row as isize,
            a_column as isize,
            b.as_ptr(),
            b_row as isize,
            b_column as isize,
            keep,
            c.as_mut_ptr(),
            c_row as isize,
            1,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_norms_and_shares_by_hand() {
        let dense = Dense { inputs: 2, weight: vec![1.0, 3.0, 5.0, 2.0, 4.0, 6.0], bias: vec![0.5, 0.0, -1.0] };
        assert_eq!(dense.run(&[1.0, 1.0, 0.0, 2.0]), [3.5, 7.0, 10.0, 4.5, 8.0, 11.0]);
        let mut vector = [1.0, 3.0];
        Norm { scale: vec![2.0, 1.0], shift: vec![0.0, 5.0] }.run(&mut vector);
        assert!((vector[0] + 2.0).abs() < 1e-3 && (vector[1] - 6.0).abs() < 1e-3, "{vector:?}");
        let mut shares = [1000.0, 1000.0];
        softmax(&mut shares);
        assert_eq!(shares, [0.5, 0.5]);
    }

    #[test]
    fn attention_looks_at_the_place_that_fits() {
        // one head, two places: the key of the second fits every query far better
        let width = HEAD;
        let mut all = vec![0.0; 2 * 3 * width];
        for at in 0..2 {
            all[at * 3 * width] = 100.0;
            all[at * 3 * width + width] = at as f32;
            all[at * 3 * width + 2 * width] = 7.0 * at as f32;
        }
        let seen = attend(&all, width, &[0]);
        assert!(seen.len() == width && (seen[0] - 7.0).abs() < 1e-3, "{}", seen[0]);
    }

    #[test]
    fn damaged_files_are_errors() {
        let sound = super::super::BUILT_IN;
        assert!(Net::parse(sound).is_ok());
        for cut in [0, 7, 8, 20, 31, 32, 40, 5000, sound.len() / 2, sound.len() - 1] {
            assert!(Net::parse(&sound[..cut]).is_err(), "{cut}");
        }
        assert!(Net::parse(&[sound, b"x"].concat()).is_err());
        for at in 8..36 {
            let mut bent = sound.to_vec();
            bent[at] ^= 0x55;
            assert!(Net::parse(&bent).is_err(), "{at}");
        }
    }

    #[test]
    fn bare_forms_of_several_words_have_numbers() {
        let forms = bare_forms("và\ncủa\ncưa\nva\ncũ\n", 9);
        assert_eq!((forms.get("va"), forms.get("cua"), forms.get("cu")), (Some(&1), Some(&2), None));
    }
}
