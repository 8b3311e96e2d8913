//! The fixed words of the schema as types: one list of variants and their words for each.
//!
//! in: a word of the JSON → out: its variant, and the word again.
//! Promises: a word this version does not know is no error: it is kept as it stands and written back byte for byte, so
//! that records of older and newer versions pass through. Without a word the value is the empty one.
//! Leaves out: `kind`, an id that dictionaries add to; rules of a check (`rules`).

/// Declares enums of words: every variant with its word in the JSON, and [`Other`](Bound::Other) for unknown ones.
macro_rules! terms {
    ($($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$meaning])* $variant,)*
            /// A word of an older or newer version, as it stands; empty where there was none.
            Other(Box<str>),
        }

        impl $name {
            /// Every word this version knows, in the order of the schema.
            pub const KNOWN: &[$name] = &[$($name::$variant),*];

            /// The word, as the JSON has it.
            pub fn as_str(&self) -> &str {
                match self {
                    $($name::$variant => $word,)*
                    $name::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> $name {
                match word {
                    $($word => $name::$variant,)*
                    other => $name::Other(other.into()),
                }
            }
        }

        impl Default for $name {
            fn default() -> $name {
                $name::Other("".into())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<$name, D::Error> {
                <String as serde::Deserialize>::deserialize(from).map(|word| $name::from(word.as_str()))
            }
        }
    )*};
}

terms! {
    /// Độ khẩn.
    Urgency {
        /// Khẩn.
        Khan = "khẩn",
        /// Thượng khẩn.
        ThuongKhan = "thượng khẩn",
        /// Hỏa tốc.
        HoaToc = "hỏa tốc",
    }
    /// Độ mật.
    Secrecy {
        /// Mật.
        Mat = "mật",
        /// Tối mật.
        ToiMat = "tối mật",
        /// Tuyệt mật.
        TuyetMat = "tuyệt mật",
    }
    /// How a document was signed.
    Signature {
        /// By pen.
        Ink = "ink",
        /// By a certificate in the file.
        Digital = "digital",
    }
    /// What stands in a signature field.
    SignatureKind {
        /// Somebody signed.
        Signature = "signature",
        /// A time stamp on the whole document.
        TimeStamp = "time_stamp",
    }
    /// Whether something that was checked holds.
    Verdict {
        /// It does.
        Good = "ok",
        /// It does not.
        Broken = "broken",
        /// Nothing here can check it, or nothing was there to check.
        NotChecked = "not_checked",
    }
    /// Whether a certificate leads to a root the reader trusts.
    ChainState {
        /// It does.
        Trusted = "ok",
        /// It leads elsewhere, or nowhere.
        UnknownRoot = "unknown_root",
        /// Nobody but its holder vouches for it.
        SelfSigned = "self_signed",
        /// A certificate above it was not in force at the time.
        Expired = "expired",
        /// It names a trusted root that did not sign it.
        Broken = "broken",
        /// No roots were given, or a condition is not one we check.
        NotChecked = "not_checked",
    }
    /// Whether the signer's certificate was in force at the time of signing.
    ValidityState {
        /// It was.
        InForce = "ok",
        /// It had ended.
        Expired = "expired",
        /// It had not begun.
        NotYet = "not_yet",
        /// There is no time, or no certificate.
        NotChecked = "not_checked",
    }
    /// What the file itself says of revocation.
    RevocationState {
        /// It was not revoked.
        Good = "ok",
        /// It was revoked before the time of signing, or nobody knows that time.
        Revoked = "revoked",
        /// It was revoked after the time of signing.
        RevokedLater = "revoked_later",
        /// The file carries nothing about it that was in force.
        NotChecked = "not_checked",
    }
    /// The worst that was done to a file after a signature.
    LaterChanges {
        /// Nothing: the signature covers the whole file.
        Nothing = "none",
        /// Signatures, their certificates and time stamps were added.
        Signatures = "signatures",
        /// Form fields were filled in.
        Forms = "forms",
        /// Notes, stamps or links were added, changed or taken away.
        Annotations = "annotations",
        /// What runs on opening, layers or attached files are others.
        Document = "document",
        /// Pages are others than those signed, or a signature looks otherwise.
        Pages = "pages",
        /// What was signed cannot be compared with what there is.
        NotChecked = "not_checked",
    }
    /// Which clock a time of signing is from.
    TimeFrom {
        /// A time stamp that holds.
        TimeStamp = "time_stamp",
        /// The signature itself: the signer's computer.
        Signature = "signature",
        /// The PDF (`/M`): the signer's computer.
        File = "file",
    }
    /// Why a signature does not hold, cannot be checked, or is weak.
    SignatureFault {
        /// The bytes are not those that were signed.
        Content = "content",
        /// The signature is not by the certificate's key.
        Signature = "signature",
        /// `/ByteRange` leaves out more than the signature, or leaves the file.
        Range = "range",
        /// The signature's structure cannot be read.
        Unreadable = "unreadable",
        /// The signer's certificate is not in the file.
        Certificate = "certificate",
        /// The certificate is for another purpose.
        Purpose = "purpose",
        /// An algorithm, curve or length of key that is not checked.
        Algorithm = "algorithm",
        /// A form of signature (`/SubFilter`) that is not checked.
        Format = "format",
        /// More signatures than are checked in one file.
        TooMany = "too_many",
        /// SHA-1.
        WeakDigest = "weak_digest",
        /// RSA below 2048 bits.
        WeakKey = "weak_key",
        /// The author allowed no such change (DocMDP).
        NotPermitted = "not_permitted",
    }
    /// What a document is cited for.
    CitedAs {
        /// Căn cứ.
        Basis = "basis",
        /// Thực hiện, theo.
        Implements = "implements",
        /// Kèm theo, gửi kèm: it comes with this one.
        Attachment = "attachment",
        /// Ban hành kèm theo: this one comes with it.
        AttachmentOf = "attachment_of",
        /// Thay thế.
        Replaces = "replaces",
        /// Sửa đổi, bổ sung.
        Amends = "amends",
        /// Phúc đáp.
        Answers = "answers",
        /// Merely named.
        Mention = "mention",
    }
    /// How a deadline's day is meant.
    Bound {
        /// Trước ngày: the day itself is too late.
        Before = "before",
        /// Chậm nhất, đến hết, đến ngày.
        By = "by",
        /// Vào ngày.
        On = "on",
        /// Trong tháng, trong quý.
        Within = "within",
    }
    /// How often something comes again.
    Every {
        /// Hằng tuần.
        Week = "week",
        /// Hằng tháng.
        Month = "month",
        /// Hằng quý.
        Quarter = "quarter",
        /// Hằng năm.
        Year = "year",
    }
    /// How a quota's number is meant.
    QuotaBound {
        /// Ít nhất, không dưới, trở lên.
        AtLeast = "at_least",
        /// Nhiều nhất, không quá.
        AtMost = "at_most",
        /// The number itself.
        Exactly = "exactly",
        /// Từ … đến …
        FromTo = "from_to",
    }
    /// How bad a finding is.
    Severity {
        /// Against a rule that binds.
        Error = "error",
        /// Probably wrong.
        Warning = "warning",
        /// Worth a look.
        Info = "info",
    }
    /// Why a person is asked to look at a field; the messages are `dictionaries/messages/review.toml`.
    Doubt {
        /// The number is blank or unreadable.
        NumberUnread = "number.unread",
        /// The number is by pen, or was read unsurely.
        NumberUnsure = "number.unsure",
        /// The header has no line of place and date.
        IssuedMissing = "issued_on.missing",
        /// A part of the date cannot be read; `read`.
        IssuedUnread = "issued_on.unread",
        /// The calendar has no such day; `read`.
        IssuedImpossible = "issued_on.impossible",
        /// Day or month are by pen.
        IssuedUnsure = "issued_on.unsure",
        /// The day by pen lies before that of a cited document; `read`, `cited`.
        IssuedBeforeCited = "issued_on.before_cited",
        /// The day by pen lies after the day of arrival; `read`, `arrived`.
        IssuedAfterArrival = "issued_on.after_arrival",
        /// The header names no office.
        IssuerMissing = "issuer.missing",
        /// The header names no office, the rest of the letter does.
        IssuerInferred = "issuer.inferred",
        /// Letters of the name are missing or others.
        IssuerUnsure = "issuer.unsure",
        /// Letters of many of its words are missing or others.
        SubjectDamaged = "subject.damaged",
        /// There is no signature.
        SignerMissing = "signer.missing",
        /// Two people signed.
        SignerSeveral = "signer.several",
        /// No name can be read.
        SignerUnread = "signer.unread",
        /// The family name is covered.
        SignerCovered = "signer.covered",
        /// The family name lost its marks.
        SignerMarks = "signer.marks",
        /// The family name is not in the list.
        SignerRare = "signer.rare",
        /// The name was read with low confidence.
        SignerUnsure = "signer.unsure",
        /// Two words only: the family name may be covered.
        SignerShort = "signer.short",
        /// The post was put right by the list.
        SignerPosition = "signer.position",
        /// The words may name no deadline.
        DeadlineWording = "deadline.wording",
        /// The digits of a deadline were read unsurely.
        DeadlineDigits = "deadline.digits",
        /// Behind words that only a limit has stands a day that is none: damaged, struck out, left blank.
        DeadlineUnread = "deadline.unread",
        /// The arrival number is by pen.
        ReceivedNumber = "received.number",
        /// The day of arrival is by pen.
        ReceivedDate = "received.date",
        /// Pages repeat others; `pages`.
        PagesRepeated = "pages.repeated",
        /// Print was not read; `percent`.
        PageUnread = "page.unread",
        /// The image is cut off.
        PageCutOff = "page.cut_off",
        /// Number, issuer and day are those of a stored letter; `number`, `file`.
        DuplicateSame = "duplicate.same",
        /// Nearly those of a stored letter; `number`, `file`.
        DuplicateNear = "duplicate.near",
    }
    /// Who spoke for a weighed value.
    Speaker {
        /// The recogniser that reads a line of pen-written digits whole.
        Line = "line",
        /// The recogniser that reads it digit by digit.
        Segments = "segments",
        /// The OCR engine.
        Words = "words",
        /// The name of the file.
        FileName = "file_name",
        /// Another document in the same file.
        CitedWith = "cited_with",
        /// Another stored letter.
        CitedBy = "cited_by",
        /// The issuer's dated serials.
        Series = "series",
        /// A digital signature of the file.
        DigitalSignature = "digital_signature",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every known word and some unknown ones give themselves back, alone and as JSON.
    macro_rules! round_trip {
        ($($name:ident),*) => {$(
            let known = $name::KNOWN.iter().map($name::as_str);
            for word in known.clone().chain(["", "Before", "sớm hơn", "a\"b"]) {
                let json = serde_json::to_string(word).unwrap();
                let read: $name = serde_json::from_str(&json).unwrap();
                assert_eq!((read.as_str(), &read), (word, &$name::from(word)));
                assert_eq!(serde_json::to_string(&read).unwrap(), json);
                assert_eq!(matches!(read, $name::Other(_)), !known.clone().any(|k| k == word), "{word}");
            }
            assert_eq!($name::default().as_str(), "");
        )*};
    }

    #[test]
    fn known_and_unknown_words_are_written_back_as_they_were() {
        round_trip!(Urgency, Secrecy, Signature, CitedAs, Bound, Every, QuotaBound, Severity, Doubt, Speaker);
        round_trip!(SignatureKind, Verdict, ChainState, ValidityState, RevocationState, LaterChanges, TimeFrom);
        round_trip!(SignatureFault);
    }
}
