//! Folding: the form in which Vietnamese words are compared when case, diacritics and spacing may be damaged.
//!
//! in: NFC text → out: lower-case letters without marks (đ → d), with offsets back.
//! Promises: [`bare_char`] gives one character for one character, so a folded string has as many as its source.

use unicode_normalization::char::decompose_canonical;

/// Lower case, without diacritics, đ → d. Other characters are only lower-cased (their first lower-case character).
pub fn bare_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match c {
        'đ' | 'Đ' | 'ð' | 'Ð' => 'd',
        _ => {
            let mut base = None;
            decompose_canonical(c, |part| {
                base.get_or_insert(part);
            });
            base.unwrap_or(c).to_lowercase().next().unwrap_or(c)
        }
    }
}

/// [`bare_char`] over a string: "Ủy ban" → "uy ban".
pub fn bare(s: &str) -> String {
    s.chars().map(bare_char).collect()
}

/// The same without case folding: "Ủy ban" → "Uy ban". What a stripped text looks like.
pub fn strip(s: &str) -> String {
    s.chars()
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            _ if c.is_ascii() => c,
            _ => {
                let mut base = None;
                decompose_canonical(c, |part| {
                    base.get_or_insert(part);
                });
                base.unwrap_or(c)
            }
        })
        .collect()
}

/// A folded copy of a text that leads back: runs of white space are one blank, typographic dashes and quotes are ASCII.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// Folded characters.
    pub text: String,
    /// For each byte of `text` (and its end) the byte offset in the source.
    offsets: Vec<usize>,
}

impl Folded {
    /// Folds `source`.
    pub fn new(source: &str) -> Folded {
        let mut text = String::with_capacity(source.len());
        let mut offsets = Vec::with_capacity(source.len() + 1);
        for (at, c) in source.char_indices() {
            let folded = match c {
                c if c.is_whitespace() => {
                    if text.ends_with(' ') {
                        continue;
                    }
                    ' '
                }
                '–' | '—' | '‑' | '−' | '‐' => '-',
                '“' | '”' | '„' | '«' | '»' => '"',
                '‘' | '’' | '`' | '´' => '\'',
                c => bare_char(c),
            };
            text.push(folded);
            offsets.resize(text.len(), at);
        }
        offsets.push(source.len());
        Folded { text, offsets }
    }
    /// Offset in the source of a byte of the folded text (its length gives the source's length).
    pub fn source_offset(&self, at: usize) -> usize {
        self.offsets[at.min(self.offsets.len() - 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_every_vietnamese_letter_to_one_base_letter() {
        let cases =
            [("ỦY BAN NHÂN DÂN", "uy ban nhan dan"), ("Đường phố ngắn", "duong pho ngan"), ("Hằng quý", "hang quy")];
        for (from, to) in cases {
            assert_eq!(bare(from), to);
            assert_eq!(from.chars().count(), bare(from).chars().count());
        }
        assert_eq!(strip("Độc lập - Tự do"), "Doc lap - Tu do");
    }

    #[test]
    fn folded_text_leads_back() {
        let source = "trước  ngày\n15 – “hằng tháng”";
        let folded = Folded::new(source);
        assert_eq!(folded.text, "truoc ngay 15 - \"hang thang\"");
        let at = folded.text.find("hang").unwrap();
        assert!(source[folded.source_offset(at)..].starts_with("hằng"));
        assert_eq!(folded.source_offset(folded.text.len()), source.len());
    }
}
