//! An export of a store, as `import` takes it from anybody.
//!
//! in: any lines; the line that names the format is put before them → out: nothing, or what broke.
//! Lines are taken or refused; a store that took them exports itself, and an import of that into an empty store gives the
//! same store.

#![no_main]

use congvan::store::{self, Store, exchange};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|raw: &str| {
    let Some(store) = imported(&format!("{{\"schema\":\"{}\"}}\n{raw}", exchange::SCHEMA)) else { return };
    let mut export = Vec::new();
    exchange::export(store.as_ref(), &mut export).expect("what was taken can be given");
    let export = String::from_utf8(export).expect("JSON is UTF-8");
    let again = imported(&export).unwrap_or_else(|| panic!("an export is refused: {export}"));
    let dump = |store: &dyn Store| exchange::dump(store).expect("a dump");
    assert_eq!(dump(again.as_ref()), dump(store.as_ref()), "the same store");
});

/// A new store with these lines; `None` where they are refused.
fn imported(lines: &str) -> Option<Box<dyn Store>> {
    let mut store = store::open("sqlite://:memory:").expect("a store in memory");
    exchange::import(store.as_mut(), &mut lines.as_bytes()).ok()?;
    Some(store)
}
