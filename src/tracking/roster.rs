//! The roster: which units an office expects answers from (`units.toml`).
//!
//! in: TOML → out: [`Roster`], which tells whom a printed name means: one unit, a whole class, or nobody it knows.
//! Promises: names match whatever their case, diacritics and abbreviations, and with a slip of OCR in a long word; two units
//! that differ in a number, or are as near to the printed name as each other, are never taken for one another.

use crate::error::{Error, Result};
use crate::store::key::words;
use serde::Deserialize;
use std::collections::HashMap;

/// Names this near are the same name misread: one sign in twelve.
const NEAR: f64 = 0.92;
/// The second nearest unit must be further away than the nearest by this.
const LEAD: f64 = 0.04;

/// One unit of the roster.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// Name in full, as it is shown.
    pub name: String,
    /// Other ways in which it is written.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Name of the class it belongs to.
    #[serde(default)]
    pub class: Option<String>,
    /// Where reminders go.
    #[serde(default)]
    pub email: Option<String>,
}

/// How letters call all units of a class.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    unit: Vec<Unit>,
    #[serde(default)]
    class: Vec<Class>,
}

/// The units, in the order of the file.
#[derive(Debug, Default)]
pub struct Roster {
    units: Vec<Unit>,
    /// Per unit the keys of its name and aliases.
    keys: Vec<Vec<Vec<String>>>,
    /// Key of a class's name or alias → its units.
    classes: Vec<(Vec<String>, Vec<usize>)>,
    abbreviations: HashMap<String, Vec<String>>,
}

impl Roster {
    /// Reads `units.toml`. `abbreviations`: what is spelt out for what ("UBND", "Ủy ban nhân dân").
    ///
    /// # Errors
    /// What TOML refuses, an unknown key, an empty or repeated name, a class nobody belongs to: with the line where known.
    pub fn parse(raw: &str, abbreviations: &[(String, String)]) -> Result<Roster> {
        let file: File = toml::from_str(raw).map_err(|e| {
            let line = e.span().map_or(1, |span| raw[..span.start].matches('\n').count() + 1);
            Error::rules(e.message().to_owned()).on_line(line)
        })?;
        let abbreviations = abbreviations.iter().map(|(short, long)| (words(short).concat(), words(long))).collect();
        let mut roster = Roster { abbreviations, ..Roster::default() };
        let mut owners: HashMap<Vec<String>, &str> = HashMap::new();
        for unit in &file.unit {
            let names = std::iter::once(&unit.name).chain(&unit.aliases);
            let keys: Vec<Vec<String>> = names.map(|name| roster.key(name)).collect();
            for key in &keys {
                if key.is_empty() {
                    return Err(Error::rules(format!("unit {:?}: an empty name or alias", unit.name)));
                }
                if let Some(owner) = owners.insert(key.clone(), &unit.name).filter(|owner| *owner != unit.name) {
                    let message = format!("{:?} stands for {owner:?} and for {:?}", key.join(" "), unit.name);
                    return Err(Error::rules(message));
                }
            }
            roster.keys.push(keys);
        }
        roster.classes = classes(&file, &roster)?;
        roster.units = file.unit;
        Ok(roster)
    }

    /// The units, in the order of the file.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The unit of that name and how near the name is, 0..=1 (1: the same words); `None` where none is near enough.
    pub fn unit(&self, printed: &str) -> Option<(usize, f64)> {
        let key = self.key(printed);
        let mut ranked: Vec<(usize, f64)> = self
            .keys
            .iter()
            .enumerate()
            .map(|(index, names)| (index, names.iter().map(|name| nearness(name, &key)).fold(0.0, f64::max)))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        let best = *ranked.first()?;
        let second = ranked.get(1).map_or(0.0, |r| r.1);
        (best.1 == 1.0 || best.1 >= NEAR && best.1 - second >= LEAD).then_some(best)
    }

    /// Every unit that a printed responsible party means: one, all of a class, or none.
    pub fn meant(&self, printed: &str) -> Vec<usize> {
        if let Some((unit, _)) = self.unit(printed) {
            return vec![unit];
        }
        let key = self.key(printed);
        let within = |name: &[String]| key.windows(name.len()).any(|run| run == name);
        let mut units: Vec<usize> =
            self.classes.iter().filter(|(name, _)| within(name)).flat_map(|(_, units)| units.clone()).collect();
        units.sort_unstable();
        units.dedup();
        units
    }

    /// Folded words with abbreviations spelt out.
    fn key(&self, name: &str) -> Vec<String> {
        words(name).into_iter().flat_map(|w| self.abbreviations.get(&w).cloned().unwrap_or_else(|| vec![w])).collect()
    }
}

fn classes(file: &File, roster: &Roster) -> Result<Vec<(Vec<String>, Vec<usize>)>> {
    let mut classes: Vec<(Vec<String>, Vec<usize>)> = Vec::new();
    for (index, unit) in file.unit.iter().enumerate() {
        let Some(class) = &unit.class else { continue };
        let key = roster.key(class);
        match classes.iter_mut().find(|(name, _)| *name == key) {
            Some((_, units)) => units.push(index),
            None => classes.push((key, vec![index])),
        }
    }
    for class in &file.class {
        let key = roster.key(&class.name);
        let units = classes.iter().find(|(name, _)| *name == key).map(|(_, units)| units.clone());
        let units = units.ok_or_else(|| Error::rules(format!("class {:?}: no unit belongs to it", class.name)))?;
        classes.extend(class.aliases.iter().map(|alias| (roster.key(alias), units.clone())));
    }
    classes.retain(|(name, _)| !name.is_empty());
    Ok(classes)
}

/// 1 for the same words; else how much of them is the same, 0 where they cannot mean the same unit: another number of
/// words, another numeral, or a short word changed ("Mây" is not "Mai").
fn nearness(known: &[String], printed: &[String]) -> f64 {
    if known == printed {
        return 1.0;
    }
    let may_be_misread = |(a, b): (&String, &String)| {
        let digits = |w: &str| w.chars().any(|c| c.is_ascii_digit());
        a == b || a.len() >= 4 && !digits(a) && !digits(b) && strsim::osa_distance(a, b) <= 1
    };
    if known.len() != printed.len() || !known.iter().zip(printed).all(may_be_misread) {
        return 0.0;
    }
    // below 1 whatever rounding does: only the same words are the same
    strsim::normalized_damerau_levenshtein(&known.join(" "), &printed.join(" ")).min(0.99)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNITS: &str = r#"
        [[class]]
        name = "UBND các phường"
        aliases = ["các phường"]
        [[unit]]
        name = "Ủy ban nhân dân phường Đồng Mây"
        aliases = ["Phường Đồng Mây"]
        class = "UBND các phường"
        email = "dongmay@example.vn"
        [[unit]]
        name = "Ủy ban nhân dân phường Đồng Mai"
        class = "UBND các phường"
        [[unit]]
        name = "Trường Tiểu học số 1"
        [[unit]]
        name = "Trường Tiểu học số 2"
    "#;

    fn roster() -> Roster {
        Roster::parse(UNITS, &[("UBND".into(), "Ủy ban nhân dân".into())]).unwrap()
    }

    #[test]
    fn printed_names_mean_units_or_classes() {
        let cases: [(&str, &[usize]); 10] = [
            ("UBND phường Đồng Mây", &[0]),
            ("UY BAN NHAN DAN PHUONG DONG MAY", &[0]),
            ("Ủy ban nhân đân phưòng Đồng Mây", &[0]),
            ("Ủy ban nhân dân phườnq Đồng Mai", &[1]),
            ("phường Đồng Mây", &[0]),
            ("Ủy ban nhân dân phường Đồng May Mắn", &[]),
            ("Ủy ban nhân dân phường Đồng Máu", &[]),
            ("Trường Tiểu học số 3", &[]),
            ("UBND các phường thuộc quận", &[0, 1]),
            ("Các phường, xã", &[0, 1]),
        ];
        for (printed, units) in cases {
            assert_eq!(roster().meant(printed), units, "{printed}");
        }
        assert_eq!(roster().unit("UBND phường Đồng Mây").unwrap().1, 1.0);
        assert!(roster().unit("Ủy ban nhân dân phườnq Đồng Mây").unwrap().1 < 1.0);
        assert!(roster().unit("").is_none());
    }

    #[test]
    fn wrong_rosters_are_refused_with_what_is_wrong() {
        let cases = [
            ("[[unit]]\nname = \"A\"\nmail = \"x\"", "unknown field `mail`"),
            ("[[unit]]\nname = \"—\"", "an empty name"),
            (
                "[[unit]]\nname = \"Phòng A\"\n[[unit]]\nname = \"B\"\naliases = [\"PHÒNG A\"]",
                "stands for \"Phòng A\" and",
            ),
            ("[[class]]\nname = \"C\"", "no unit belongs to it"),
        ];
        for (raw, wanted) in cases {
            let said = Roster::parse(raw, &[]).unwrap_err().to_string();
            assert!(said.contains(wanted), "{said}");
        }
    }
}
