//! What the forms share that hold an answer against the order it answers.
//!
//! in: the order's record, the answer → out: the order's duties that concern the answer, told by common words.
//! Promises: what cannot be told apart concerns the answer only where no other duty does; nothing is decided by a name that
//! was not read.

use super::super::Subject;
use super::day;
use crate::record::{Deadline, Quota, Record};
use crate::rules::Rules;
use crate::text::fold::bare;

/// Of the words of a task an answer's title must share this much to be about it.
const ABOUT: f64 = 0.34;

/// Folded words.
pub(super) fn words(text: &str) -> Vec<String> {
    bare(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The one-off deadlines the answer is about: those that ask for what its title says it delivers
/// (`dictionaries/words/delivered_things.txt`), of them
/// those whose task it names best, else all of them.
pub(super) fn deadlines<'o>(order: &'o Record, subject: &Subject) -> Vec<&'o Deadline> {
    let record = subject.record;
    let title = format!("{} {}", record.kind_label, record.subject.as_deref().unwrap_or_default());
    let (title, named) = (bare(&title), words(&title));
    let task = |deadline: &Deadline| bare(deadline.task.as_deref().unwrap_or(&deadline.text));
    let owed = |deadline: &&Deadline| deadline.final_day().is_some() && concerns(&deadline.responsible, subject);
    let mut owed: Vec<&Deadline> = order.deadlines.iter().filter(owed).collect();
    let delivered = subject.rules.words("delivered_things").entries();
    let delivered: Vec<String> = delivered.map(bare).filter(|thing| title.contains(thing)).collect();
    let asks = |deadline: &Deadline| delivered.iter().any(|thing| task(deadline).contains(thing));
    if owed.iter().any(|d| asks(d)) {
        owed.retain(|d| asks(d));
    }
    let share = |deadline: &Deadline| {
        let task = words(&task(deadline));
        task.iter().filter(|word| named.contains(word)).count() as f64 / task.len().max(1) as f64
    };
    let best = owed.iter().map(|d| share(d)).fold(0.0, f64::max);
    owed.into_iter().filter(|d| best < ABOUT || share(d) >= best - 0.1).collect()
}

/// The quotas the answer's issuer owes.
pub(super) fn quotas<'o>(order: &'o Record, subject: &Subject) -> Vec<&'o Quota> {
    let owed = |quota: &&Quota| {
        let each: Vec<String> = quota.each.iter().cloned().collect();
        concerns(if quota.responsible.is_empty() { &each } else { &quota.responsible }, subject)
    };
    order.quotas.iter().filter(owed).collect()
}

/// Whether the answer's issuer is meant by one of these names: "mỗi trường", "Ủy ban nhân dân các phường". Everybody is
/// meant where nobody is named, or only "các đơn vị": words of `owner_open.txt` leave open which, those of `owner_joints.txt`
/// stand between several, what follows one of `owner_places.txt` only says where.
fn concerns(names: &[String], subject: &Subject) -> bool {
    let Some(issuer) = subject.record.issuer.as_ref() else { return true };
    let spelling = Spelling::of(subject.rules);
    let issuer = spelling.words(&issuer.name);
    let list = |name| subject.rules.words(name).entries();
    let open: Vec<String> = list("owner_open").flat_map(words).collect();
    let joints: Vec<String> = list("owner_joints").map(joint).collect();
    let means = |name: &String| {
        let name = bare(name);
        let places = list("owner_places").filter_map(|place| name.find(&format!(" {}", bare(place))));
        let mut parts = vec![&name[..places.min().unwrap_or(name.len())]];
        for mark in &joints {
            parts = parts.into_iter().flat_map(|part| part.split(mark.as_str())).collect();
        }
        let told = |part: &&str| spelling.words(part).iter().all(|word| open.contains(word) || issuer.contains(word));
        parts.iter().any(told)
    };
    names.is_empty() || names.iter().any(means)
}

/// A mark or a folded word between two names; the word stands between blanks.
fn joint(mark: &str) -> String {
    if mark.contains(char::is_alphabetic) { format!(" {} ", bare(mark)) } else { mark.to_owned() }
}

/// Names with their abbreviations spelt out.
pub(super) struct Spelling {
    abbreviations: Vec<(String, Vec<String>)>,
}

impl Spelling {
    /// By the word lists of offices and of letters.
    pub fn of(rules: &Rules) -> Spelling {
        let pairs = ["issuer_abbreviations", "abbreviations"].map(|list| rules.words(list).pairs()).concat();
        let folded = |(short, long): &(String, String)| (bare(short), words(long));
        Spelling { abbreviations: pairs.iter().map(folded).collect() }
    }

    /// Folded words of a name.
    pub fn words(&self, name: &str) -> Vec<String> {
        let spelt = |word: String| match self.abbreviations.iter().find(|(short, _)| *short == word) {
            Some((_, long)) => long.clone(),
            None => vec![word],
        };
        words(name).into_iter().flat_map(spelt).collect()
    }
}

/// Whether a letter goes to the office that gave the order, or to whom the order wants it delivered, and was issued by
/// another office after it, within a year.
pub(super) fn is_answer(letter: &Record, order: &Record, rules: &Rules) -> bool {
    let (Some(issuer), Some(own)) = (&order.issuer, &letter.issuer) else { return false };
    let spelling = Spelling::of(rules);
    let wanted = order.deadlines.iter().filter_map(|deadline| deadline.deliver_to.as_deref());
    let offices: Vec<Vec<String>> = wanted.chain([issuer.name.as_str()]).map(|name| spelling.words(name)).collect();
    let copies = letter.recipients.iter().map(|recipient| recipient.name.as_str());
    let mut goes_to = letter.addressees.iter().map(String::as_str).chain(copies).map(|name| spelling.words(name));
    let meant = |name: &[String]| {
        offices
            .iter()
            .any(|office| office.len() > 1 && (contains(name, office) || name.len() > 2 && contains(office, name)))
    };
    let days = match (day(order.issued_on.as_ref()), day(letter.issued_on.as_ref())) {
        (Some(asked), Some(answered)) => asked.until(answered).map_or(-1, |span| span.get_days()),
        _ => 0,
    };
    spelling.words(&own.name) != spelling.words(&issuer.name)
        && (0..=366).contains(&days)
        && goes_to.any(|name| meant(&name))
}

fn contains(whole: &[String], part: &[String]) -> bool {
    whole.windows(part.len()).any(|run| run == part)
}
