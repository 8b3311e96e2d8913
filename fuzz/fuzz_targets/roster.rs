//! The roster of units (`units.toml`), and names to look up in it.
//!
//! in: TOML, `---`, names, one a line → out: nothing, or what broke.
//! The file is taken or refused with a line of it; every unit of a roster that was taken is found by its own name, and a
//! nearness is a share.

#![no_main]

use congvan::rules::Rules;
use congvan::tracking::Roster;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &str| {
    let (toml, names) = raw.split_once("\n---\n").unwrap_or((raw, raw));
    let roster = match Roster::parse(toml, &Rules::builtin().words("abbreviations").pairs()) {
        Ok(roster) => roster,
        Err(e) => return assert!(!e.to_string().is_empty()),
    };
    for (index, unit) in roster.units().iter().enumerate() {
        let found = roster.unit(&unit.name).unwrap_or_else(|| panic!("{:?} is not found", unit.name));
        assert!(found == (index, 1.0) || roster.units()[found.0].name == unit.name, "{unit:?} is taken for {found:?}");
    }
    for name in names.lines() {
        assert!(roster.unit(name).is_none_or(|(index, near)| index < roster.units().len() && near <= 1.0));
        assert!(roster.meant(name).iter().all(|index| *index < roster.units().len()));
    }
});
