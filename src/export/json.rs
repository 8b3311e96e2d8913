//! JSON: an array for people and scripts, lines for programs that stream.
//!
//! Promises: keys in the order of the schema, one line break at the end, text as UTF-8 without needless escapes.

use crate::error::{Error, Result};
use serde::Serialize;

/// One indented array.
pub fn array<T: Serialize>(items: &[T]) -> Result<Vec<u8>> {
    pretty(&items)
}

/// One indented value.
pub fn pretty<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    let mut out = serde_json::to_vec_pretty(value).map_err(failed)?;
    out.push(b'\n');
    Ok(out)
}

/// One value per line.
pub fn lines<'a, T: Serialize + 'a>(items: impl IntoIterator<Item = &'a T>) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    for item in items {
        serde_json::to_writer(&mut out, item).map_err(failed)?;
        out.push(b'\n');
    }
    Ok(out)
}

fn failed(e: serde_json::Error) -> Error {
    Error::store(format!("cannot be written as JSON: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_and_lines_end_with_a_line_break() {
        assert_eq!(array(&["Hà Đông"]).unwrap(), "[\n  \"Hà Đông\"\n]\n".as_bytes());
        assert_eq!(array::<u8>(&[]).unwrap(), b"[]\n");
        assert_eq!(lines(&[1, 2]).unwrap(), b"1\n2\n");
    }
}
