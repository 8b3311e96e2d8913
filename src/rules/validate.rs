//! Looks at loaded rules once, so that none of them fails silently later.
//!
//! in: [`Rules`] → out: the first thing that is wrong, with file and line.
//! Promises: whatever is named is there (kinds, profiles), messages have only `{…}` that are filled in, phrases give only what
//! their readers understand, every role that reading relies on has its entry.
//! Leaves out: what types refuse by themselves (`form`, `check`, `kind`: forms, parameters, severities, fields, components).

use super::file::Step::{self, At, Key};
use super::roles::{KindRole, PhraseRole, wrong_meaning};
use super::{Case, EntrySort, Form, Message, Part, Profile, Rules};
use crate::{Error, Result};

/// What parts of profiles fill in.
const PART_FILLS: [&str; 3] = ["found", "limit", "column"];

pub(super) fn validate(rules: &Rules) -> Result<()> {
    rules.kinds.iter().try_for_each(|kind| {
        let entry = Entry { rules, sort: EntrySort::Kind, id: &kind.id };
        entry.names_kinds(&[Key("published")], kind.published.as_slice(), false)
    })?;
    validate_checks(rules)?;
    rules.profiles.iter().try_for_each(|profile| validate_profile(rules, profile))?;
    validate_phrases(rules)?;
    validate_roles(rules)
}

/// One entry and where to look for its keys.
#[derive(Clone, Copy)]
struct Entry<'r> {
    rules: &'r Rules,
    sort: EntrySort,
    id: &'r str,
}

impl Entry<'_> {
    fn error(&self, steps: &[Step], what: String) -> Error {
        self.rules.error_at(self.sort, self.id, steps, format!("{} {}: {what}", self.sort, self.id))
    }

    /// Every name must be among the known ones.
    fn names(&self, steps: &[Step], names: &[String], listed: bool, sort: &str, known: &[&str]) -> Result<()> {
        let Some(at) = names.iter().position(|name| !known.contains(&name.as_str())) else { return Ok(()) };
        let steps: Vec<Step> = steps.iter().copied().chain(listed.then_some(At(at))).collect();
        Err(self.error(&steps, format!("no {sort} {}: known are {}", names[at], known.join(", "))))
    }

    fn names_kinds(&self, steps: &[Step], kinds: &[String], listed: bool) -> Result<()> {
        let known: Vec<&str> = self.rules.kinds.iter().map(|kind| kind.id.as_str()).collect();
        self.names(steps, kinds, listed, "kind", &known)
    }

    fn names_profiles(&self, steps: &[Step], profiles: &[String], listed: bool) -> Result<()> {
        let known: Vec<&str> = self.rules.profiles.iter().map(|profile| profile.id.as_str()).collect();
        self.names(steps, profiles, listed, "profile", &known)
    }

    /// A message has no `{…}` that nobody fills in.
    fn fills(&self, steps: &[Step], message: &Message, filled: &[&str]) -> Result<()> {
        for (key, text) in [("vi", &message.vi), ("en", &message.en)] {
            let open = text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default());
            if let Some(name) = open.into_iter().find(|name| !filled.contains(name)) {
                let steps: Vec<Step> = steps.iter().copied().chain([Key(key)]).collect();
                let known = if filled.is_empty() { "none".to_owned() } else { filled.join(", ") };
                return Err(self.error(&steps, format!("nothing fills in {{{name}}}: known are {known}")));
            }
        }
        Ok(())
    }

    fn cases(&self, example: &[Case], not: &[Case]) -> Result<()> {
        for (key, cases) in [("example", example), ("not", not)] {
            for (at, case) in cases.iter().enumerate() {
                self.names_profiles(&[Key(key), At(at), Key("profile")], case.profile.as_slice(), false)?;
            }
        }
        Ok(())
    }
}

fn validate_checks(rules: &Rules) -> Result<()> {
    rules.checks.iter().try_for_each(|check| {
        let entry = Entry { rules, sort: EntrySort::Check, id: &check.id };
        entry.names_kinds(&[Key("kinds")], &check.kinds, true)?;
        entry.names_kinds(&[Key("except")], &check.except, true)?;
        entry.names_profiles(&[Key("profiles")], &check.profiles, true)?;
        if let Form::NoDay { once, .. } = &check.form {
            entry.names_kinds(&[Key("with"), Key("once")], once, true)?;
        }
        entry.fills(&[Key("message")], &check.message, check.form.fills())?;
        entry.cases(&check.example, &check.not)
    })
}

fn validate_profile(rules: &Rules, profile: &Profile) -> Result<()> {
    let entry = Entry { rules, sort: EntrySort::Profile, id: &profile.id };
    entry.names_kinds(&[Key("kinds")], &profile.kinds, true)?;
    for (at, part) in profile.part.iter().enumerate() {
        let place = [Key("part"), At(at)];
        let under = |key| [place[0], place[1], Key(key)];
        if profile.part[..at].iter().any(|other| other.id == part.id) {
            return Err(entry.error(&under("id"), format!("part {} stands twice", part.id)));
        }
        if let Some(which) = &part.document {
            entry.names_kinds(&[place[0], place[1], Key("document"), Key("kinds")], &which.kinds, true)?;
        }
        if asks_for_nothing(part) {
            return Err(entry.error(&place, format!("part {} asks for nothing", part.id)));
        }
        entry.fills(&under("name"), &part.name, &PART_FILLS)?;
    }
    entry.cases(&profile.example, &profile.not)
}

fn asks_for_nothing(part: &Part) -> bool {
    let words = [&part.headings, &part.words, &part.labels, &part.columns];
    let limits = part.rows_at_least.is_some() || part.words_at_most.is_some();
    part.document.is_none() && part.fields.is_empty() && words.iter().all(|list| list.is_empty()) && !limits
}

fn validate_phrases(rules: &Rules) -> Result<()> {
    for (book, phrases) in &rules.books {
        for phrase in phrases.phrases() {
            let id = format!("{book}.{}", phrase.id);
            let entry = Entry { rules, sort: EntrySort::Phrase, id: &id };
            if let Some(what) = wrong_meaning(book, &phrase.gives) {
                return Err(entry.error(&[Key("gives")], what));
            }
            if let Some(role) = phrase.role.filter(|role| role.book() != book) {
                return Err(entry.error(&[Key("role")], format!("role {role} is for phrases of {}", role.book())));
            }
        }
    }
    Ok(())
}

/// Every role has its entry, and those that are for one kind have one.
fn validate_roles(rules: &Rules) -> Result<()> {
    for role in KindRole::ALL {
        let mut kinds = rules.kinds.iter().filter(|kind| kind.role == Some(role));
        if kinds.next().is_none() {
            return Err(Error::rules(format!("no kind has role = \"{role}\", on which reading relies")));
        }
        if let Some(second) = kinds.next().filter(|_| role.is_of_one_kind()) {
            let entry = Entry { rules, sort: EntrySort::Kind, id: &second.id };
            return Err(entry.error(&[Key("role")], format!("another kind has the role {role}, which is for one")));
        }
    }
    for role in PhraseRole::ALL {
        let phrases = rules.phrases(role.book()).phrases();
        if !phrases.iter().any(|phrase| phrase.role == Some(role)) {
            let what = format!("no phrase of {} has role = \"{role}\", on which reading relies", role.book());
            return Err(Error::rules(what));
        }
    }
    Ok(())
}
