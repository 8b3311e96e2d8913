//! Patterns: regular expressions with named groups for tokens that hands would scan letter by letter.
//!
//! in: the source of a pattern → out: a static compiled at its first use.
//! Promises: sources are the program's own, so that none fails; text from outside is only ever searched.

/// Declares a pattern: `pattern!(/// what it finds
/// PAGE_NUMBER, r"^\d{1,3}$");`
macro_rules! pattern {
    ($(#[$doc:meta])* $name:ident, $source:expr) => {
        $(#[$doc])*
        static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| regex::Regex::new($source).expect("a pattern of the program's own"));
    };
}
pub(crate) use pattern;
