//! How an office speaks of digital signatures: the verdicts of a record in words.
//!
//! in: a [`DigitalSignature`] → out: its parts as cells of a table, in Vietnamese or English.
//! Promises: what was not checked is called so, never good.
//! The Vietnamese here is what is shown, nothing is recognised by it; it stands beside its English.

use crate::record::{
    ChainState, DigitalSignature, LaterChanges, RevocationState, SignatureFault, SignatureKind, ValidityState, Verdict,
};
use crate::text::lang::Lang;

/// Who signed, and for whom; a time stamp on the document is called one.
pub fn signer(signature: &DigitalSignature, lang: Lang) -> String {
    let unnamed = || lang.pick("(không rõ)", "(unknown)").to_owned();
    let name = signature.signer.clone().or_else(|| signature.field.clone()).unwrap_or_else(unnamed);
    match (&signature.kind, &signature.organisation) {
        (Some(SignatureKind::TimeStamp), _) => format!("{}: {name}", lang.pick("Dấu thời gian", "Time stamp")),
        (_, Some(organisation)) if *organisation != name => format!("{name} ({organisation})"),
        _ => name,
    }
}

/// "10:15:30 05/6/2024".
pub fn moment(iso: &str) -> String {
    let read = || {
        let (day, time) = iso.split_once('T')?;
        let day = crate::record::printed(day.parse().ok()?);
        Some(format!("{} {day}", time.get(..8)?))
    };
    read().unwrap_or_else(|| iso.to_owned())
}

/// Whether the signed words are those that were signed.
pub fn integrity(verdict: Option<&Verdict>, lang: Lang) -> &'static str {
    match verdict {
        Some(Verdict::Good) => lang.pick("nguyên vẹn", "intact"),
        Some(Verdict::Broken) => lang.pick("KHÔNG nguyên vẹn", "BROKEN"),
        _ => lang.pick("chưa kiểm tra", "not checked"),
    }
}

/// Whose word the certificate is, whether it was in force, whether it was revoked.
pub fn certificate(signature: &DigitalSignature, lang: Lang) -> String {
    let validity = match signature.validity {
        Some(ValidityState::InForce) => lang.pick("còn hạn khi ký", "in force when signed"),
        Some(ValidityState::Expired) => lang.pick("HẾT HẠN khi ký", "EXPIRED when signed"),
        Some(ValidityState::NotYet) => lang.pick("CHƯA có hiệu lực khi ký", "NOT YET in force when signed"),
        _ => lang.pick("thời hạn chưa kiểm tra", "validity not checked"),
    };
    let revocation = match signature.revocation {
        Some(RevocationState::Good) => lang.pick("chưa bị thu hồi", "not revoked"),
        Some(RevocationState::Revoked) => lang.pick("ĐÃ BỊ THU HỒI", "REVOKED"),
        Some(RevocationState::RevokedLater) => lang.pick("bị thu hồi sau khi ký", "revoked after signing"),
        _ => lang.pick("thu hồi chưa kiểm tra", "revocation not checked"),
    };
    format!("{}; {validity}; {revocation}", chain(signature.chain.as_ref(), lang))
}

/// Whose word a certificate is.
pub fn chain(state: Option<&ChainState>, lang: Lang) -> &'static str {
    match state {
        Some(ChainState::Trusted) => lang.pick("thuộc gốc tin cậy", "trusted root"),
        Some(ChainState::UnknownRoot) => lang.pick("không thuộc gốc tin cậy nào", "no trusted root"),
        Some(ChainState::SelfSigned) => lang.pick("tự ký", "self-signed"),
        Some(ChainState::Expired) => lang.pick("chứng thư cấp trên không còn hạn", "an issuer not in force"),
        Some(ChainState::Broken) => lang.pick("KHÔNG do gốc đã nêu cấp", "NOT issued by the root it names"),
        _ => lang.pick("gốc chưa kiểm tra", "root not checked"),
    }
}

/// The time stamp on the signature, and the authority that gave it.
pub fn time_stamp(signature: &DigitalSignature, lang: Lang) -> String {
    let Some(stamp) = &signature.time_stamp else {
        return match signature.kind {
            Some(SignatureKind::TimeStamp) => chain(signature.chain.as_ref(), lang).to_owned(),
            _ => lang.pick("không có", "none").to_owned(),
        };
    };
    let at = stamp.at.as_deref().map(moment).unwrap_or_default();
    let by = stamp.by.as_deref().unwrap_or_default();
    let verdict = integrity(Some(&stamp.integrity), lang);
    format!("{verdict}; {at}; {by}: {}", chain(Some(&stamp.chain), lang))
}

/// What was done to the file afterwards.
pub fn later(changes: Option<&LaterChanges>, lang: Lang) -> &'static str {
    match changes {
        Some(LaterChanges::Nothing) => lang.pick("không thay đổi", "nothing"),
        Some(LaterChanges::Signatures) => lang.pick("chỉ thêm chữ ký, dấu thời gian", "only signatures, time stamps"),
        Some(LaterChanges::Forms) => lang.pick("điền thêm biểu mẫu", "form filled in"),
        Some(LaterChanges::Annotations) => lang.pick("thêm, sửa ghi chú hoặc dấu", "notes or stamps"),
        Some(LaterChanges::Document) => lang.pick("sửa thiết lập, tệp kèm theo", "settings, attached files"),
        Some(LaterChanges::Pages) => lang.pick("TRANG BỊ SỬA", "PAGES CHANGED"),
        _ => lang.pick("chưa kiểm tra", "not checked"),
    }
}

/// Why it does not hold, cannot be checked, or is weak.
pub fn faults(signature: &DigitalSignature, lang: Lang) -> String {
    let told = signature.faults.iter().map(|fault| fault_in_words(fault, lang));
    told.collect::<Vec<_>>().join("; ")
}

fn fault_in_words(fault: &SignatureFault, lang: Lang) -> &str {
    match fault {
        SignatureFault::Content => lang.pick("nội dung khác nội dung đã ký", "not the bytes that were signed"),
        SignatureFault::Signature => lang.pick("chữ ký không khớp chứng thư", "not by the certificate's key"),
        SignatureFault::Range => lang.pick("vùng được ký khai sai", "the signed range is not what it claims"),
        SignatureFault::Unreadable => lang.pick("không đọc được chữ ký", "the signature cannot be read"),
        SignatureFault::Certificate => lang.pick("thiếu chứng thư của người ký", "the signer's certificate is missing"),
        SignatureFault::Purpose => {
            lang.pick("chứng thư cấp cho mục đích khác", "the certificate is for another purpose")
        }
        SignatureFault::Algorithm => lang.pick("thuật toán chưa được hỗ trợ", "an algorithm that is not checked"),
        SignatureFault::Format => lang.pick("dạng chữ ký chưa được hỗ trợ", "a form of signature that is not checked"),
        SignatureFault::TooMany => lang.pick("quá nhiều chữ ký trong một tệp", "too many signatures in one file"),
        SignatureFault::WeakDigest => lang.pick("hàm băm SHA-1 đã yếu", "SHA-1 is weak"),
        SignatureFault::WeakKey => lang.pick("khóa ngắn dưới 2048 bit", "the key is shorter than 2048 bits"),
        SignatureFault::NotPermitted => {
            lang.pick("sửa ngoài phạm vi tác giả cho phép", "a change its author did not allow")
        }
        SignatureFault::Other(word) => word,
    }
}
