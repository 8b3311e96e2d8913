//! Secrets stop: a file of which a page says that it is secret is not read on, and nothing of it is handed out.
//!
//! in: a page as it was read → out: the error that names file, page and mark, and never a word of the page.
//! Promises: every way from a file to words goes through here, page by page; a person who has seen the paper may release it by
//! its bytes (`not_secret`), a machine without network may read secrets (`allowed`).
//! Leaves out: what a mark is (`document::secrecy`); that nothing was stored meanwhile (`office::ingest`).

use crate::document::{SecrecyFound, Stretch, secrecy_found};
use crate::error::Error;
use crate::page::{Page, Reading};
use crate::rules::Rules;
use crate::text::lang::Lang;

/// Lines of plain text in which heads and stamps stand.
const HEAD_LINES: usize = 20;
/// Part of a page, from its top, in which they do.
const HEAD_PART: f32 = 0.45;

/// What is done with secrets.
#[derive(Debug, Clone, Default)]
pub struct Secrecy {
    /// Read them as any paper: for machines without any network.
    pub allowed: bool,
    /// SHA-256 digests, or their first characters, of files that bear no mark though they look like it: somebody has seen them.
    pub not_secret: Vec<String>,
}

impl Secrecy {
    /// Whether a file of these bytes is read whatever its pages bear.
    pub fn lets_pass(&self, sha256: &str) -> bool {
        self.allowed || self.not_secret.iter().any(|digest| sha256.starts_with(digest.as_str()))
    }

    /// The refusal, where a page bears a mark.
    pub fn refusal(&self, page: &Page, sha256: &str, rules: &Rules, lang: Lang) -> Option<Error> {
        if self.lets_pass(sha256) {
            return None;
        }
        let found = secrecy_found(&stretches(page), rules)?;
        Some(Error::secret(reason(&found, sha256, lang)).on_page(page.number))
    }
}

/// The refusal of a text of its own (`congvan restore`).
pub fn refusal_of_text(text: &str, secrecy: &Secrecy, sha256: &str, rules: &Rules, lang: Lang) -> Option<Error> {
    secrecy.refusal(&Page::of_text(text), sha256, rules, lang)
}

/// Says what was found and what to do; no word of it comes from the page.
fn reason(found: &SecrecyFound, sha256: &str, lang: Lang) -> String {
    let digest = sha256.get(..16).unwrap_or(sha256);
    let SecrecyFound { mark, is_doubtful } = found;
    match (lang, is_doubtful) {
        (Lang::Vi, false) => format!(
            "mang dấu {mark}: đã cách ly, không lưu gì; chuyển người phụ trách bí mật nhà nước, chỉ xử lý trên máy không nối \
             mạng (nếu nhầm: thêm \"{digest}\" vào not_secret trong congvan.toml)"
        ),
        (Lang::Vi, true) => format!(
            "có dấu đọc gần giống {mark}: đã cách ly, không lưu gì; xem bản giấy, nếu không phải văn bản mật thì thêm \
             \"{digest}\" vào not_secret trong congvan.toml rồi chạy lại"
        ),
        (Lang::En, false) => format!(
            "bears the mark {mark}: quarantined, nothing of it is kept; hand it to whoever is in charge of state secrets, and \
             read it only on a machine without network (if it is none: add \"{digest}\" to not_secret in congvan.toml)"
        ),
        (Lang::En, true) => format!(
            "bears what reads like the mark {mark}: quarantined, nothing of it is kept; look at the paper, and if it is not \
             secret add \"{digest}\" to not_secret in congvan.toml, then run again"
        ),
    }
}

/// The page as stretches of print; what stamps say comes last.
fn stretches(page: &Page) -> Vec<Stretch> {
    let is_recognised = page.reading == Reading::Ocr;
    let mut all = Vec::new();
    let mut line = 0;
    for cells in page.lines.iter().map(crate::page::Line::stretches).filter(|cells| !cells.is_empty()) {
        let beside = cells.len();
        for (words, bbox) in cells {
            let is_high = match bbox {
                Some(b) if page.height > 0 => (b.y + b.h) as f32 <= page.height as f32 * HEAD_PART,
                _ => line < HEAD_LINES,
            };
            all.push(Stretch { words, line, beside, is_high, is_stamped: false, is_recognised });
        }
        line += 1;
    }
    let stamped = page.stamped.iter().map(|words| Stretch {
        words: words.clone(),
        line,
        beside: 1,
        is_high: true,
        is_stamped: true,
        is_recognised: true,
    });
    all.extend(stamped);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_refused_without_a_word_of_it() {
        let rules = Rules::builtin();
        let page = Page::of_text("UBND TỈNH HÀ LÂM\nSố: 12/BC-UBND\nTỐI MẬT\nDoanh trại đóng ở đồi cát.");
        let refused = |secrecy: &Secrecy| secrecy.refusal(&page, "0123456789abcdef", rules, Lang::Vi);
        let error = refused(&Secrecy::default()).unwrap().to_string();
        assert!(error.contains("TỐI MẬT") && error.contains("0123456789abcdef"), "{error}");
        assert!(!error.contains("đồi cát") && !error.contains("HÀ LÂM"), "{error}");
        assert!(refused(&Secrecy { allowed: true, ..Secrecy::default() }).is_none());
        assert!(refused(&Secrecy { not_secret: vec!["0123456789ab".into()], ..Secrecy::default() }).is_none());
    }

    #[test]
    fn what_a_stamp_says_counts_though_its_marks_are_wrong() {
        let rules = Rules::builtin();
        for (stamp, is_mark) in [
            ("TÔI MẶT", true),
            ("MẶT", true),
            ("MAT", true),
            ("TUYÊT MÁT", true),
            ("TUYỆI MẬT", true),
            ("KHẨN", false),
            ("HỎA TỐC", false),
            ("ĐẾN", false),
        ] {
            let page = Page { stamped: vec![stamp.into()], ..Page::of_text("UBND TỈNH HÀ LÂM\nMẶT") };
            let found = Secrecy::default().refusal(&page, "", rules, Lang::En);
            assert_eq!(found.is_some(), is_mark, "{stamp}");
        }
    }
}
