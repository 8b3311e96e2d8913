//! Panics of the decoders become errors: they read what strangers made.
//!
//! in: a step that may panic on damaged input → out: its result, or one [`Error`].
//! Promises: nothing is printed; the panic hook of the program keeps working everywhere else.

use crate::error::{Error, Result};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Unwinds with this to give up on a page that asks for too much; `quietly` turns it into an error.
pub(super) struct GiveUp(pub &'static str);

/// Leaves the current step.
pub(super) fn give_up(why: &'static str) -> ! {
    std::panic::resume_unwind(Box::new(GiveUp(why)))
}

/// Runs a step; a panic inside comes back as an error and prints nothing.
pub(super) fn quietly<T>(step: impl FnOnce() -> Result<T>) -> Result<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |info| {
            if !QUIET.with(Cell::get) {
                usual(info);
            }
        }));
    });
    let before = QUIET.with(|q| q.replace(true));
    // The step owns or only reads what it touches: nothing half-changed survives it.
    let result = catch_unwind(AssertUnwindSafe(step));
    QUIET.with(|q| q.set(before));
    match result {
        Ok(result) => result,
        Err(payload) => Err(match payload.downcast_ref::<GiveUp>() {
            Some(GiveUp(why)) => Error::input(*why),
            None => Error::input("damaged: it cannot be decoded"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let e = quietly::<()>(|| panic!("index out of bounds")).unwrap_err();
        assert_eq!(e.to_string(), "damaged: it cannot be decoded");
        assert_eq!(quietly::<()>(|| give_up("too much")).unwrap_err().to_string(), "too much");
        assert_eq!(quietly(|| Ok(1)).unwrap(), 1);
    }
}
