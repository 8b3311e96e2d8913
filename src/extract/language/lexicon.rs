//! The word lists by which the fields are read: `dictionaries/words/`, each named here once and looked up once per letter.
//!
//! in: [`Rules`] → out: [`Lexicon`], one list for each file of the same name; the file's first line says what it is for.
//! Promises: every list named here is there and not empty (a test holds it).

use crate::rules::{Rules, WordList};

macro_rules! lexicon {
    ($($list:ident)*) => {
        /// The lists, by the names of their files.
        #[derive(Clone, Copy)]
        pub(in crate::extract) struct Lexicon<'r> {
            $(pub $list: &'r WordList,)*
        }

        impl<'r> Lexicon<'r> {
            /// The lists of these rules.
            pub fn of(rules: &'r Rules) -> Lexicon<'r> {
                Lexicon { $($list: rules.words(stringify!($list)),)* }
            }
        }

        /// The names of all lists.
        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($list)),*];
    };
}

lexicon! {
    // who owes a duty, and where a name begins and ends
    unit_nouns not_units joint_offices name_openers small_name_openers naming_words agent_words each_words not_each
    asking_words assigning_words not_asking opening_words modal_words time_openers time_nouns
    // what a duty is, and to whom it goes
    duty_verbs goal_verbs action_verbs not_verbs event_words criterion_words deliver_verbs weak_deliver_verbs
    receiver_stops receiver_asides punctual_words
    // when it is due
    range_joints answer_verbs report_verbs reported_words past_markers firm_words periodic_words span_words time_headings
    // how many
    future_headings past_headings submit_words limit_words unit_stops unit_counted unit_not_counted unit_times
    term_words rounds round_words year_words per_words share_stops each_stops each_units prizes prize_nouns sum_words
    // tables and headings
    deadline_columns task_columns unit_columns section_heads pointed_abbreviations
    // what is cited
    cited_kinds ground_words owner_words issuer_stops law_heads law_name_stops law_list_ends
    // the head and the end of a letter
    arrival_words calling_words levels office_words issuer_abbreviations symbols small_words numbered_words
    purpose_words not_offices deputy_words digit_lookalikes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_there() {
        for name in NAMES {
            assert!(Rules::builtin().words(name).entries().next().is_some(), "no dictionaries/words/{name}");
        }
    }
}
