//! The rule forms a check may name (`form = "calendar"`), each with its parameters (`with = { fault = "weekday" }`).
//!
//! in: the TOML of a check → out: [`Form`], read once when the rules are loaded.
//! Promises: an unknown form, and an unknown, missing or wrongly typed parameter, is refused with file and line; whoever runs
//! a form finds its parameters typed.
//! Leaves out: how a form looks at a document (`check/forms/`).

use super::phrase::{Match, PhraseBook};
use super::token::Tokens;
use jiff::civil::Date;
use serde::Deserialize;

/// What a check looks for.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Form {
    /// Issued by an office of a level that no longer exists.
    AbolishedIssuer(AbolishedIssuer),
    /// What is dated on the wrong side of the day of issue.
    AgainstIssue {
        /// Whose days.
        of: Dated,
    },
    /// An attachment that is announced and not in the file.
    Announced {},
    /// An answer that says something else than the order it answers.
    Answer {
        /// What is compared.
        of: Said,
    },
    /// Something the order wants attached that the answer has not.
    AttachedFor {
        /// What letters ask for: "danh sách đăng ký".
        things: Vec<String>,
        /// The words of attaching before it.
        attach: Vec<String>,
    },
    /// Signed in the name of another body than the one that issues.
    Authority {
        /// Kinds of bodies with the authority lines that are not theirs.
        bodies: Vec<Body>,
    },
    /// A printed day that the calendar knows otherwise.
    Calendar {
        /// What is wrong with it.
        fault: CalendarFault,
    },
    /// A document cited with another number or day than it bears itself.
    Cited {
        /// Where the cited document is.
        among: Among,
    },
    /// One of the components every administrative document has.
    Component {
        /// Which.
        component: Component,
    },
    /// One thing with two values within the document.
    Contradiction {
        /// Whose values.
        of: Twofold,
        /// Verbs of handing something in, which are no part of what is handed in.
        #[serde(default)]
        delivers: Vec<String>,
    },
    /// A number of things that is too small or too large.
    CountBetween {
        /// What is counted.
        of: Counted,
        /// What is looked for, where wordings are counted or hold the number.
        #[serde(default)]
        say: Wordings,
        /// The smallest number allowed.
        #[serde(default)]
        at_least: Option<f64>,
        /// The largest number allowed.
        #[serde(default)]
        at_most: Option<f64>,
    },
    /// A symbol that names another kind than the title.
    KindSymbol {},
    /// Another level of administration than the issuer's own.
    Level(Level),
    /// A report that is asked for without a day.
    NoDay {
        /// Words that ask for a report.
        asks: Vec<String>,
        /// Words that need no day.
        but: Vec<String>,
        /// Kinds of letters that ask for one report only.
        once: Vec<String>,
    },
    /// Headings numbered twice, or with a number left out.
    Numbering {
        /// Which of both.
        fault: NumberingFault,
    },
    /// A wording that must not stand in the document.
    PhraseAbsent {
        /// The wordings.
        say: Wordings,
    },
    /// Wordings of which one must stand in the document.
    PhrasePresent {
        /// The wordings.
        say: Wordings,
    },
    /// Fewer or more than the order's quota for its class of unit.
    QuotaMet {
        /// Which answers are told.
        told: Short,
    },
    /// A section that must be there.
    SectionPresent {
        /// Words of which one must stand in a heading.
        headings: Vec<String>,
    },
    /// A percentage that is not the share printed before it.
    Share {
        /// Words before a percentage: "đạt".
        led_by: Vec<String>,
        /// Words between part and whole: "trên tổng số".
        over: Vec<String>,
    },
    /// A digital signature that does not hold.
    DigitalSignature {
        /// What is wrong with it.
        fault: SignatureFlaw,
    },
    /// Another stored document with the same number, or with the same words.
    StoredTwin {
        /// What both have.
        by: TwinBy,
    },
    /// Numbers that do not add up to the one printed.
    Sum {
        /// Of what.
        of: Summed,
    },
    /// What stands in the document twice.
    Twice {
        /// What.
        what: Repeated,
    },
    /// A paragraph that breaks off in the middle of a sentence.
    Unfinished {},
}

/// Wordings as phrases have them: clean Vietnamese with slots, "tổng kinh phí {money}".
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct Wordings {
    say: Vec<String>,
    book: PhraseBook,
}

impl From<Vec<String>> for Wordings {
    fn from(say: Vec<String>) -> Wordings {
        Wordings { say, book: PhraseBook::default() }
    }
}

impl Wordings {
    /// Where one of them stands, in order.
    pub fn find(&self, tokens: &Tokens) -> Vec<Match<'_>> {
        self.book.find(tokens)
    }

    fn compile(&mut self, variants: &[(String, String)]) -> Result<(), Wrong> {
        self.book = PhraseBook::of_wordings(self.say.clone(), variants).map_err(|(_, what)| ("say", what))?;
        Ok(())
    }
}

/// What may be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Words of the document.
    Words,
    /// Its pages, where it has any.
    Pages,
    /// Its numbered sections.
    Sections,
    /// Its addressees.
    Addressees,
    /// Its recipients.
    Recipients,
    /// Rows of each of its tables.
    Rows,
    /// How often the wordings stand in it.
    Wordings,
    /// The number that each wording reads: `{count}`, `{percent}` or `{money}`.
    Numbers,
}

/// Whose days are held against the day of issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dated {
    /// Last days of deadlines: none may be over.
    Deadlines,
    /// Cited documents: none may be of a later day.
    References,
    /// Years in the headings behind the signature: none may be over.
    AttachedTitles,
}

/// What of an answer is held against the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// The order's number, cited.
    Number,
    /// The order's day of issue, cited.
    Date,
    /// The year both are about.
    Year,
    /// The answer's day of issue, against the order's deadlines.
    LastDay,
}

/// A kind of body.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// First words of its name.
    pub issuer: Vec<String>,
    /// Parts of its documents' symbols.
    #[serde(default)]
    pub symbol: Vec<String>,
    /// First words of authority lines that are not its own.
    pub not: Vec<String>,
}

/// What the calendar says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalendarFault {
    /// There is no such day: 31/4.
    NoSuchDay,
    /// It falls on another day of the week.
    Weekday,
    /// Nobody works on the last day of a deadline.
    DayOff,
    /// Another number of years lies between two days.
    Anniversary,
}

/// Where cited documents are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Among {
    /// In the same file, attached.
    File,
    /// In the store.
    Store,
}

/// A component of administrative documents (Nghị định 30/2020/NĐ-CP, Điều 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Component {
    Motto,
    Issuer,
    Number,
    Place,
    Date,
    Title,
    Subject,
    Body,
    Signer,
    Recipients,
    Filing,
}

/// What may stand in a document with two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Twofold {
    /// The day of one cited document.
    ReferenceDates,
    /// The symbol of one cited document.
    ReferenceSymbols,
    /// The last day of one task of one unit.
    Deadlines,
}

/// Parameters of [`Form::Level`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Levels that exclude each other.
    pub siblings: Vec<Vec<String>>,
    /// Levels of a parent that are the issuer's own.
    pub above: Vec<String>,
    /// Phrases with `{level}`.
    pub words: Vec<String>,
    /// First words of an office's name before a level.
    pub offices: Vec<String>,
    /// Levels that no longer exist.
    #[serde(default)]
    pub abolished: Option<Abolished>,
}

/// Parameters of [`Form::AbolishedIssuer`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbolishedIssuer {
    /// Levels in an office's name, before a place's.
    pub levels: Vec<String>,
    /// Bodies that begin with their level: "huyện ủy".
    pub bodies: Vec<String>,
    /// The first day without them.
    pub from: Date,
}

/// Levels of administration that ended.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Abolished {
    /// Which.
    pub levels: Vec<String>,
    /// The first day without them.
    pub from: Date,
    /// Words behind a level that speak of what was before.
    pub but: Vec<String>,
}

/// What is wrong with the numbers of headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberingFault {
    /// One stands twice.
    Repeated,
    /// One is left out.
    Skipped,
}

/// Which answers to a quota are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Short {
    /// Those with another number than the order asks for.
    Short,
    /// Those with no number at all.
    Nothing,
}

/// What is wrong with a digital signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureFlaw {
    /// What was signed is not there unchanged.
    Broken,
    /// Pages were changed afterwards.
    Changed,
    /// The certificate was not in force.
    OutOfForce,
    /// The certificate was revoked.
    Revoked,
    /// The time stamp is about something else.
    TimeStamp,
}

/// What two stored documents have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TwinBy {
    /// Number, office and year, but not the subject.
    Number,
    /// Most of their words.
    Words,
}

/// What is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Summed {
    /// Prizes, against their totals.
    Awards,
    /// Columns of tables, against their last row.
    Tables,
    /// Rows of the attached list, against the number told.
    ListedRows,
}

/// What may stand in a document twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeated {
    /// One task in nearly the same words.
    Task,
    /// A page.
    Page,
}

/// A parameter and what is wrong with it.
type Wrong = (&'static str, String);

impl Form {
    /// Makes its wordings ready to be found, and looks at what types cannot tell.
    pub(super) fn compile(&mut self, variants: &[(String, String)]) -> Result<(), Wrong> {
        match self {
            Form::PhrasePresent { say } | Form::PhraseAbsent { say } => say.compile(variants),
            Form::SectionPresent { headings } if headings.is_empty() => Err(("headings", "no heading is named".into())),
            Form::CountBetween { at_least: None, at_most: None, .. } => {
                Err(("of", "there is no limit: give at_least or at_most".into()))
            }
            Form::CountBetween { of: Counted::Numbers, say, .. } => {
                let reads = |say: &str| ["{count}", "{percent}", "{money}"].iter().any(|slot| say.contains(slot));
                match say.say.iter().find(|say| !reads(say)) {
                    Some(say) => {
                        Err(("say", format!("`{say}` reads no number: write {{count}}, {{percent}} or {{money}}")))
                    }
                    None => say.compile(variants),
                }
            }
            Form::CountBetween { of: Counted::Wordings, say, .. } => say.compile(variants),
            Form::CountBetween { say, .. } if !say.say.is_empty() => {
                Err(("say", "wordings are for of = \"wordings\" and of = \"numbers\"".into()))
            }
            Form::Level(level) => match level.words.iter().find(|words| !words.contains("{level}")) {
                Some(words) => Err(("words", format!("`{words}` has no {{level}}"))),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// The `{…}` of messages that it fills in.
    pub fn fills(&self) -> &'static [&'static str] {
        match self {
            Form::AbolishedIssuer(_) => &["issuer"],
            Form::AgainstIssue { of: Dated::Deadlines } => &["day", "issued"],
            Form::AgainstIssue { of: Dated::References } => &["number", "day", "issued"],
            Form::AgainstIssue { of: Dated::AttachedTitles } => &["year", "issued"],
            Form::Announced {} | Form::Component { .. } | Form::NoDay { .. } | Form::Unfinished {} => &[],
            Form::PhrasePresent { .. } | Form::SectionPresent { .. } => &[],
            Form::PhraseAbsent { .. } => &["found"],
            Form::Answer { of: Said::Number } => &["number"],
            Form::Answer { of: Said::Date } => &["number", "day", "other"],
            Form::Answer { of: Said::Year } => &["year", "other"],
            Form::Answer { of: Said::LastDay } => &["issued", "last", "task"],
            Form::AttachedFor { .. } => &["thing"],
            Form::Authority { .. } => &["issuer", "authority"],
            Form::Calendar { fault: CalendarFault::NoSuchDay } => &[],
            Form::Calendar { fault: CalendarFault::Weekday } => &["day", "told", "right"],
            Form::Calendar { fault: CalendarFault::DayOff } => &["day", "why", "working"],
            Form::Calendar { fault: CalendarFault::Anniversary } => &["told", "right"],
            Form::Cited { among: Among::File } => &["number", "told", "right"],
            Form::Cited { among: Among::Store } => &["number", "day", "other"],
            Form::Contradiction { of: Twofold::ReferenceDates, .. } => &["number", "day", "other"],
            Form::Contradiction { of: Twofold::ReferenceSymbols, .. } => &["number", "other"],
            Form::Contradiction { of: Twofold::Deadlines, .. } => &["day", "other"],
            Form::CountBetween { at_least: Some(_), at_most: Some(_), .. } => &["found", "at_least", "at_most"],
            Form::CountBetween { at_least: Some(_), .. } => &["found", "at_least"],
            Form::CountBetween { .. } => &["found", "at_most"],
            Form::DigitalSignature { .. } => &["signer"],
            Form::KindSymbol {} => &["symbol", "kind", "named"],
            Form::Level(_) => &["own", "other"],
            Form::Numbering { .. } => &["label", "expected"],
            Form::QuotaMet { .. } => &["found", "limit", "unit", "quota"],
            Form::Share { .. } => &["told", "right"],
            Form::StoredTwin { by: TwinBy::Number } => &["number", "subject", "day"],
            Form::StoredTwin { by: TwinBy::Words } => &["share", "number", "issuer", "own"],
            Form::Sum { of: Summed::ListedRows } => &["told", "rows"],
            Form::Sum { .. } => &["told", "sum"],
            Form::Twice { what: Repeated::Task } => &["other"],
            Form::Twice { what: Repeated::Page } => &["page"],
        }
    }
}
