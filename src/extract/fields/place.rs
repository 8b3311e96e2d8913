//! The place of issue (địa danh).
//!
//! in: the place-and-date block of the header → out: `place` as printed.

use crate::document::{Role, read_date_line};
use crate::extract::Extraction;
use crate::text::Span;

pub(super) fn fill(page: &mut Extraction) {
    let Some(span) = page.document.first(Role::PlaceDate) else { return };
    let Some(found) = read_date_line(page.words(span)) else { return };
    if found.place.is_empty() {
        return;
    }
    let place = Span::new(span.start + found.place.start, span.start + found.place.end);
    page.record.place = Some(page.line(place));
    page.note("place", "place.header", place, 1.0);
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::record_of;

    #[test]
    fn the_place_before_the_date() {
        let raw = "UBND TỈNH A\nSố: 1/KH-UBND TP. Cao Lâm, ngày 1 tháng 2 năm 2023\nKẾ HOẠCH\nHọp\n";
        assert_eq!(record_of(raw).place.as_deref(), Some("TP. Cao Lâm"));
    }
}
