//! What the shared SQL needs of a database.
//!
//! in: SQL that both engines read, values → out: rows. Placeholders are `?1`, `?2`, …
//! Promises: nothing but the engines knows which database it is; the dialect ends here.

use super::Query;
use crate::error::{Error, Result};

/// A value on its way into or out of a database.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Int(i64),
    Flag(bool),
    Text(&'a str),
    Bytes(&'a [u8]),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Text(text)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Value::Int(number.into())
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Value::Flag(flag)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Value::Bytes(bytes)
    }
}

/// Values of a statement, in the order of its placeholders.
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::store::engine::Value::from($value)),*] };
}
pub(super) use values;

/// One row of an answer.
pub(super) struct Row<'a>(pub(super) Vec<Value<'a>>);

impl<'a> Row<'a> {
    fn wrong<T>(&self, column: usize) -> Result<T> {
        Err(Error::store(format!("column {column} of an answer holds {:?}", self.0.get(column))))
    }
    pub(super) fn text(&self, column: usize) -> Result<&'a str> {
        self.maybe_text(column)?.map_or_else(|| self.wrong(column), Ok)
    }
    pub(super) fn string(&self, column: usize) -> Result<String> {
        self.text(column).map(str::to_owned)
    }
    pub(super) fn maybe_text(&self, column: usize) -> Result<Option<&'a str>> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => self.wrong(column),
        }
    }
    pub(super) fn maybe_string(&self, column: usize) -> Result<Option<String>> {
        Ok(self.maybe_text(column)?.map(str::to_owned))
    }
    pub(super) fn int(&self, column: usize) -> Result<i64> {
        match self.0.get(column) {
            Some(Value::Int(number)) => Ok(*number),
            _ => self.wrong(column),
        }
    }
    pub(super) fn number(&self, column: usize) -> Result<u32> {
        u32::try_from(self.int(column)?).or_else(|_| self.wrong(column))
    }
    pub(super) fn maybe_number(&self, column: usize) -> Result<Option<u32>> {
        if self.0.get(column) == Some(&Value::Null) { Ok(None) } else { self.number(column).map(Some) }
    }
    pub(super) fn flag(&self, column: usize) -> Result<bool> {
        match self.0.get(column) {
            Some(Value::Flag(flag)) => Ok(*flag),
            Some(Value::Int(number)) => Ok(*number != 0),
            _ => self.wrong(column),
        }
    }
    pub(super) fn bytes(&self, column: usize) -> Result<&'a [u8]> {
        match self.0.get(column) {
            Some(Value::Bytes(bytes)) => Ok(bytes),
            _ => self.wrong(column),
        }
    }
}

/// The folded words of a document, by the field they stand in; each a run of words parted by blanks.
pub(super) struct Words {
    pub(super) number: String,
    pub(super) subject: String,
    pub(super) issuer: String,
    pub(super) signer: String,
    pub(super) body: String,
}

impl Words {
    /// The fields by name, as [`Query::fields`] names them, and the text.
    pub(super) fn fields(&self) -> [(&'static str, &str); 5] {
        [
            ("number", &self.number),
            ("subject", &self.subject),
            ("issuer", &self.issuer),
            ("signer", &self.signer),
            ("body", &self.body),
        ]
    }
}

/// Where the words that stand in no named field are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Number and subject.
    Title,
    /// Every field and the text.
    Anywhere,
}

/// A connection. One statement at a time: while rows are told, the connection takes no other.
pub(super) trait Engine: Send {
    /// Runs a statement; tells how many rows it changed.
    fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64>;
    /// Tells every row of an answer, one by one, until `then` fails.
    fn each(&self, sql: &str, values: &[Value<'_>], then: &mut dyn FnMut(&Row<'_>) -> Result<()>) -> Result<()>;
    /// Begins a transaction that writes; waits for another writer.
    fn begin(&self) -> Result<()>;
    /// Begins a transaction that reads one state of the database to its end, which is [`Engine::rollback`].
    fn begin_reading(&self) -> Result<()>;
    /// Keeps what was written since [`Engine::begin`].
    fn commit(&self) -> Result<()>;
    /// Drops it.
    fn rollback(&self) -> Result<()>;
    /// Keeps the words of a document that has none yet.
    fn put_words(&self, document: i64, words: &Words) -> Result<()>;
    /// Forgets the words of a document.
    fn drop_words(&self, document: i64) -> Result<()>;
    /// Takes a document's history away, which otherwise only grows: it holds words that must not be kept.
    fn forget_history(&self, document: &str) -> Result<()>;
    /// Writes the database anew, so that nothing of what was deleted is left in its files. Outside of a transaction.
    fn scrub(&self) -> Result<()>;
    /// A query for the keys of the documents with the words of `query`, its values appended to `values`.
    fn with_words(&self, query: &Query, scope: Scope, values: &mut Vec<String>) -> String;
}

impl dyn Engine + '_ {
    /// All rows, as `read` takes them.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.each(sql, values, &mut |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The only row, if there is one.
    pub(super) fn one<T>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        Ok(self.all(sql, values, read)?.pop())
    }
}
