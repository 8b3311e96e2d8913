//! A language model of the user's (`--model FILE`): any bytes.
//!
//! in: bytes, put behind the head of a model file where it is missing → out: nothing, or what broke.
//! They are refused, or a model answers every question about its words with a number.

#![no_main]

use congvan::restore::model::Model;
use libfuzzer_sys::fuzz_target;

/// What a model file begins with.
const HEAD: &[u8] = b"CVLM0002";

fuzz_target!(|bytes: &[u8]| {
    let head = if bytes.starts_with(HEAD) { b"" } else { HEAD };
    let Ok(model) = Model::from_bytes([head, bytes].concat()) else { return };
    let _ = model.about();
    let mut context = model.start();
    for (id, word) in model.vocabulary.words().take(50) {
        assert_eq!(model.vocabulary.word(id), word);
        model.background(id);
        context = model.score(&context, id).1;
    }
});
