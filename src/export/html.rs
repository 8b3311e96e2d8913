//! The check report, or any list, as one HTML file: for the screen and for A4 paper.
//!
//! in: rules, checked documents, a language; or headings and rows → out: a page without scripts or anything from the
//! network; pictures are parts of the file.
//! Promises: whatever a document says is shown as text.

use super::findings::{Checked, Rule, level};
use crate::record::{Finding, Severity};
use crate::text::PlaceOf;
use crate::text::lang::Lang;

const STYLE: &str = include_str!("report.css");

/// The page.
pub fn report(rules: &[Rule], documents: &[Checked], lang: Lang) -> String {
    let title = lang.pick("Kết quả kiểm tra văn bản", "Document check");
    let count = |severity: Severity| {
        documents.iter().flat_map(Checked::findings).filter(|(f, _)| f.severity == severity).count()
    };
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Info));
    let files = documents.len();
    let summary = match lang {
        Lang::Vi => format!("{files} văn bản · {errors} lỗi · {warnings} cảnh báo · {notes} lưu ý"),
        Lang::En => format!("documents: {files} · errors: {errors} · warnings: {warnings} · notes: {notes}"),
    };
    let body: String = documents.iter().map(|d| section(rules, d, lang)).collect();
    page(title, &summary, &body, lang)
}

/// What stands above a list, and over its columns.
#[derive(Debug)]
pub struct Listing<'a> {
    /// Heading of the page.
    pub title: &'a str,
    /// One line under it.
    pub summary: &'a str,
    /// Headings of the columns, as many as cells in a row.
    pub head: &'a [&'a str],
}

/// A list as a page.
pub fn table(listing: &Listing<'_>, rows: impl IntoIterator<Item = Vec<String>>, lang: Lang) -> String {
    let cells = |tag: &str, row: &[&str]| {
        let cell = |text: &&str| format!("<{tag}>{}</{tag}>", safe(text));
        format!("<tr>{}</tr>\n", row.iter().map(cell).collect::<String>())
    };
    let body: String =
        rows.into_iter().map(|row| cells("td", &row.iter().map(String::as_str).collect::<Vec<_>>())).collect();
    let body = match body.is_empty() {
        true => format!("<p class=\"nothing\">{}</p>\n", lang.pick("Không có.", "None.")),
        false => format!("<table>\n<thead>{}</thead>\n<tbody>\n{body}</tbody>\n</table>\n", cells("th", listing.head)),
    };
    page(listing.title, listing.summary, &body, lang)
}

fn page(title: &str, summary: &str, body: &str, lang: Lang) -> String {
    let (code, title, summary) = (lang.pick("vi", "en"), safe(title), safe(summary));
    format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<p class=\"summary\">{summary}</p>\n{body}</body>\n</html>\n"
    )
}

fn section(rules: &[Rule], document: &Checked, lang: Lang) -> String {
    let number = document.number().map(|n| format!(" {}", safe(n))).unwrap_or_default();
    let pages = match document.record.source.pages {
        Some([first, last]) if first == last => format!(", {} {first}", lang.pick("trang", "page")),
        Some([first, last]) => format!(", {} {first}–{last}", lang.pick("trang", "pages")),
        None => String::new(),
    };
    let standing = document.all().enumerate().filter(|(_, (_, _, left))| left.is_none());
    let found: String =
        standing.map(|(index, (f, place, _))| item(rules, f, place, document.picture(index), lang)).collect();
    let left: String = document.all().filter_map(|(f, _, left)| Some(passed_over(f, left?, lang))).collect();
    let found = match found.is_empty() {
        true => format!("<p class=\"nothing\">{}</p>\n", lang.pick("Không thấy gì cần sửa.", "Nothing found.")),
        false => format!("<ul>\n{found}</ul>\n"),
    };
    format!(
        "<section>\n<h2>{}{number}</h2>\n<p class=\"file\">{}{pages}</p>\n{found}{left}</section>\n",
        safe(&document.record.kind_label),
        safe(&document.path)
    )
}

/// A finding that is left, with the reason.
fn passed_over(finding: &Finding, reason: &str, lang: Lang) -> String {
    let (message, said) = (safe(&finding.message), lang.pick("bỏ qua", "left"));
    format!("<p class=\"rule\">{message} · {} · {said}: {}</p>\n", safe(&finding.rule), safe(reason))
}

fn item(rules: &[Rule], finding: &Finding, place: Option<PlaceOf>, picture: Option<&str>, lang: Lang) -> String {
    let page = place.map(|p| format!(" <span class=\"page\">{} {}</span>", lang.pick("trang", "page"), p.page));
    let quote = match finding.text.is_empty() {
        true => String::new(),
        false => format!("<blockquote>{}</blockquote>", safe(&finding.text)),
    };
    let shown = picture.map(|address| format!("<img src=\"{}\" alt=\"{}\">", safe(address), safe(&finding.text)));
    let source = rules.iter().find(|r| r.id == finding.rule).map(|r| format!(" · {}", safe(&r.source)));
    format!(
        "<li class=\"{}\"><p><strong>{}</strong> {}{}</p>{quote}{}<p class=\"rule\">{}{}</p></li>\n",
        safe(finding.severity.as_str()),
        safe(level(&finding.severity, lang)),
        safe(&finding.message),
        page.unwrap_or_default(),
        shown.unwrap_or_default(),
        safe(&finding.rule),
        source.unwrap_or_default()
    )
}

/// Text for elements and attributes; control characters but line breaks are left out.
fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_control() || *c == '\n') {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
