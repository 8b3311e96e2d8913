//! Holds a document against the checks of `dictionaries/checks/`, and the parts of a profile.
//!
//! in: a letter (record, document, text), rules, what is given besides → out: [`Finding`]s, one per place, worst first.
//! Promises: rules are data, a form only knows how to look; what the page did not let us read is never an error: where
//! the reading is doubtful an error becomes a warning.
//! Leaves out: seal and signature as images; finding the order that a submission answers (`cli`, the store).

pub mod copies;
mod forms;
mod profile;

use crate::document::Document;
use crate::record::{Finding, Record, Review, Table};
use crate::rules::{Check, Part, Profile, Rules, Severity};
use crate::text::lang::Lang;
use crate::text::{Origin, Text};
use crate::{Error, Result};
use forms::Needs;

/// A document as its file was understood.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// Its record; its findings are not looked at.
    pub record: &'a Record,
    /// Its blocks.
    pub document: &'a Document,
    /// The text of the whole file.
    pub text: &'a Text,
}

/// What a letter is held against besides the checks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given<'a> {
    /// Name of a profile; `None` takes the one for the record's kind, if there is one.
    pub profile: Option<&'a str>,
    /// All documents of the letter's file, itself among them.
    pub file: &'a [Record],
    /// Language of the findings.
    pub lang: Lang,
}

/// Other stored documents, for [`among`].
#[derive(Debug, Clone, Default)]
pub struct Company {
    /// Those with a number the letter cites, or with its own.
    pub named: Vec<Record>,
    /// Those it repeats in large part.
    pub copies: Vec<Copy>,
}

/// A document that repeats another.
#[derive(Debug, Clone)]
pub struct Copy {
    /// The other one.
    pub record: Record,
    /// Share of the letter that stands in the other one too, 0..=1.
    pub share: f64,
    /// Stretches of the letter that do not, the first ones.
    pub own: Vec<String>,
}

/// What a rule form looks at.
pub(crate) struct Subject<'a> {
    record: &'a Record,
    document: &'a Document,
    text: &'a Text,
    rules: &'a Rules,
    file: &'a [Record],
    order: Option<&'a Record>,
    company: Option<&'a Company>,
}

/// One place where a rule form found something.
#[derive(Debug)]
pub(crate) struct Hit {
    /// The words concerned; empty where something is missing.
    text: String,
    /// Values for the message.
    values: Vec<(&'static str, String)>,
    /// Whether the reading behind it is doubtful.
    doubtful: bool,
}

/// A text layer is sure of every word; a reader of images hardly ever.
const SURE: f32 = 0.99;

/// Parts of the header and of the end: where one is doubtful, so is the absence of another.
const HEADER: [&str; 8] = ["motto", "number", "place", "issued_on", "issuer", "subject", "signer", "recipients"];

/// The findings of a document. Checks and profiles that [`validate`] refuses find nothing; a profile for dossiers is
/// left to [`dossier`], what an order asks for to [`against`], what other documents say to [`among`].
///
/// # Examples
///
/// ```
/// use congvan::check::{self, Given, Letter};
/// use congvan::record::SourceRef;
/// use congvan::rules::Rules;
/// use congvan::text::Text;
/// use congvan::{document, extract};
///
/// let text = Text::plain("ỦY BAN NHÂN DÂN XÃ AN LĨNH\nKẾ HOẠCH\nThu gom rác thải năm 2025\n\nCác thôn thực hiện trước ngày 20/3/2025.\n");
/// let rules = Rules::builtin();
/// let document = &document::split(&text, rules)[0];
/// let record = extract::extract(document, &text, rules, &SourceRef::default());
/// let letter = Letter { record: &record, document, text: &text };
/// let found = check::check(&letter, rules, &Given::default());
/// assert!(found.iter().any(|finding| finding.rule == "form.number"));
/// ```
pub fn check(letter: &Letter, rules: &Rules, given: &Given) -> Vec<Finding> {
    let subject = Subject::new(letter, rules, given);
    let mut found = run(Needs::Nothing, &subject, given);
    if let Some(profile) = choose(&subject, given.profile).filter(|p| !p.is_dossier()) {
        let missing = profile::missing(profile, std::slice::from_ref(&subject));
        found.extend(missing.into_iter().map(|(part, hit)| lack(profile, part, hit, given.lang)));
    }
    worst_first(&mut found);
    found
}

/// What a letter lacks that `order`, which it answers, asks for.
pub fn against(letter: &Letter, order: &Record, rules: &Rules, given: &Given) -> Vec<Finding> {
    run(Needs::Order, &Subject { order: Some(order), ..Subject::new(letter, rules, given) }, given)
}

/// Where a letter and other stored documents disagree, or are the same.
pub fn among(letter: &Letter, company: &Company, rules: &Rules, given: &Given) -> Vec<Finding> {
    run(Needs::Company, &Subject { company: Some(company), ..Subject::new(letter, rules, given) }, given)
}

/// Whether `letter` is the answer of another office to `order`: it goes to whoever gave it, or to whom that said.
pub fn answers(letter: &Record, order: &Record, rules: &Rules) -> bool {
    forms::is_answer(letter, order, rules)
}

/// How many things that quota `index` (0-based) of `order` asks for a letter with these words and tables holds; `None` where
/// no number of them is there, or nothing is to be counted (percentages, monthly quotas).
pub fn held(order: &Record, index: usize, words: &str, tables: &[Table], rules: &Rules) -> Option<usize> {
    forms::held(order, index, words, tables, rules)
}

fn run(needs: Needs, subject: &Subject, given: &Given) -> Vec<Finding> {
    let chosen = choose(subject, given.profile);
    let asked = |check: &&Check| forms::needs(&check.form) == needs && concerns(check, subject.document, chosen);
    let found = subject.rules.checks().iter().filter(asked).flat_map(|check| {
        let hits = forms::look(&check.form, subject).into_iter();
        hits.map(move |hit| finding(check, hit, given.lang))
    });
    found.collect()
}

/// What a dossier lacks: the documents are judged together. Nothing for a profile that asks for one document.
pub fn dossier(letters: &[Letter], rules: &Rules, given: &Given) -> Vec<Finding> {
    let named = rules.profiles().iter().find(|p| Some(p.id.as_str()) == given.profile && p.is_dossier());
    let Some(profile) = named else { return Vec::new() };
    let subjects: Vec<Subject> = letters.iter().map(|letter| Subject::new(letter, rules, given)).collect();
    let missing = profile::missing(profile, &subjects);
    let mut found: Vec<Finding> = missing.into_iter().map(|(part, hit)| lack(profile, part, hit, given.lang)).collect();
    worst_first(&mut found);
    found
}

/// Puts the worst findings first; those as bad as each other keep their order.
pub fn worst_first(findings: &mut [Finding]) {
    findings.sort_by(|a, b| a.severity.cmp(&b.severity));
}

/// Whether every check can be run and the profile, if one is named, is known.
///
/// # Errors
/// A profile nobody knows, with the known ones; a check whose form or parameters are unknown.
pub fn validate(rules: &Rules, profile: Option<&str>) -> Result<()> {
    let names = || rules.profiles().iter().map(|p| p.id.as_str()).collect::<Vec<_>>().join(", ");
    match profile.filter(|name| !rules.profiles().iter().any(|p| p.id == *name)) {
        Some(name) => Err(Error::usage(format!("no profile {name}: known are {}; or name a .toml file", names()))),
        None => Ok(()),
    }
}

fn choose<'r>(subject: &Subject<'r>, named: Option<&str>) -> Option<&'r Profile> {
    let of_kind = |p: &Profile| p.kinds.contains(&subject.record.kind);
    let titled = |p: &Profile| p.titles.is_empty() || profile::is_titled(subject, &p.titles);
    let fits = |p: &&Profile| match named {
        Some(name) => p.id == name,
        None => of_kind(p) && titled(p),
    };
    subject.rules.profiles().iter().find(fits)
}

fn concerns(check: &Check, Document { kind, .. }: &Document, profile: Option<&Profile>) -> bool {
    let kind = (check.kinds.is_empty() || check.kinds.contains(kind)) && !check.except.contains(kind);
    let under = |p: &Profile| check.profiles.contains(&p.id);
    kind && (check.profiles.is_empty() || profile.is_some_and(under))
}

fn finding(check: &Check, hit: Hit, lang: Lang) -> Finding {
    debug_assert!(hit.values.iter().all(|(key, _)| check.form.fills().contains(key)), "{}: {:?}", check.id, hit.values);
    let severity = lowered(check.severity, hit.doubtful);
    let message = check.message.fill(lang, &hit.told());
    Finding { rule: check.id.clone(), severity: severity.as_str().into(), message, text: hit.text }
}

fn lack(profile: &Profile, part: &Part, hit: Hit, lang: Lang) -> Finding {
    let severity = lowered(part.severity, hit.doubtful);
    let (rule, message) = (format!("{}.{}", profile.id, part.id), part.name.fill(lang, &hit.told()));
    Finding { rule, severity: severity.as_str().into(), message, text: hit.text }
}

/// A doubtful reading accuses nobody.
fn lowered(severity: Severity, doubtful: bool) -> Severity {
    if doubtful { severity.min(Severity::Warning) } else { severity }
}

impl Hit {
    fn new(text: impl Into<String>, doubtful: bool) -> Hit {
        Hit { text: text.into(), values: Vec::new(), doubtful }
    }

    /// The same with values for the message.
    fn with(mut self, values: impl Into<Vec<(&'static str, String)>>) -> Hit {
        self.values = values.into();
        self
    }

    fn told(&self) -> Vec<(&str, &str)> {
        self.values.iter().map(|(key, value)| (*key, value.as_str())).collect()
    }
}

impl<'a> Subject<'a> {
    fn new(letter: &Letter<'a>, rules: &'a Rules, given: &Given<'a>) -> Subject<'a> {
        let Letter { record, document, text } = *letter;
        Subject { record, document, text, rules, file: given.file, order: None, company: None }
    }

    /// All words of the document.
    fn words(&self) -> &'a str {
        self.text.slice(self.document.span)
    }

    /// Whether the reading behind a field may be at fault: a person is asked to look at it, or at any part of the header
    /// where the header is concerned; or the words were read off an image, where a line can be lost without a trace.
    fn is_doubtful(&self, field: &str) -> bool {
        let head = |field: &str| HEADER.contains(&field.split('.').next().unwrap_or(field));
        let header = head(field) && self.record.needs_review.iter().any(|r| head(&r.field));
        header || self.is_asked_about(field) || self.is_read()
    }

    /// Whether a person is asked to look at a field or a part of it.
    fn is_asked_about(&self, field: &str) -> bool {
        let review = |r: &Review| r.field == field || r.field.starts_with(&format!("{field}."));
        self.record.needs_review.iter().any(review)
    }

    /// Whether words were read off an image.
    fn is_read(&self) -> bool {
        let read = |word: &Origin| word.bbox.is_some() && word.confidence < SURE;
        self.text.origins_in(self.document.span).iter().any(read)
    }
}
