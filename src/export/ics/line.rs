//! Content lines: escaping and folding as RFC 5545 asks (3.1, 3.3.11).
//!
//! Promises: CRLF; no line over 75 octets; folds between characters; no control character comes through.

/// Most octets of a line, without its CRLF.
const WIDEST: usize = 75;

/// Lines being written.
#[derive(Debug, Default)]
pub(super) struct Lines(String);

impl Lines {
    /// A line whose value needs no escaping.
    pub fn raw(&mut self, line: &str) {
        let mut used = 0;
        for c in line.chars().filter(|c| !c.is_control()) {
            if used + c.len_utf8() > WIDEST {
                self.0.push_str("\r\n ");
                used = 1;
            }
            self.0.push(c);
            used += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
    /// A line with a text value.
    pub fn text(&mut self, name: &str, value: &str) {
        self.raw(&format!("{name}:{}", escaped(value)));
    }
    /// A line with a list of texts.
    pub fn list(&mut self, name: &str, values: &[&str]) {
        let values: Vec<String> = values.iter().map(|v| escaped(v)).collect();
        self.raw(&format!("{name}:{}", values.join(",")));
    }
    /// All lines of another.
    pub fn append(&mut self, other: Lines) {
        self.0.push_str(&other.0);
    }
    /// The text.
    pub fn finish(self) -> String {
        self.0
    }
}

fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.trim().chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", "a, b; c\\d\r\ne\u{1b}");
        lines.list("CATEGORIES", &["Thời hạn", "a,b"]);
        assert_eq!(lines.finish(), "SUMMARY:a\\, b\\; c\\\\d\\ne\r\nCATEGORIES:Thời hạn,a\\,b\r\n");
    }

    #[test]
    fn long_lines_fold_between_characters() {
        for pad in 0..8 {
            let mut lines = Lines::default();
            let value = format!("{}{}", "x".repeat(pad), "Ủy ban nhân dân phường ".repeat(20));
            lines.text("DESCRIPTION", &value);
            let out = lines.finish();
            assert!(out.split("\r\n").all(|l| l.len() <= WIDEST), "{out}");
            assert_eq!(out.replace("\r\n ", ""), format!("DESCRIPTION:{}\r\n", value.trim()));
        }
    }
}
