//! Files that are judged together: what a dossier lacks as a whole.
//!
//! in: the files of a dossier as understood, a profile → out: one more document to report, the folder they lie in.

use crate::check::{self, Given, Letter};
use crate::export::findings::Checked;
use crate::pipeline::Understood;
use crate::record::{Record, SourceRef};
use crate::rules::Rules;
use crate::text::lang::Lang;
use std::path::Path;

/// Whether the profile of this name judges documents together.
pub fn is_for_dossiers(rules: &Rules, profile: Option<&str>) -> bool {
    rules.profiles().iter().any(|known| Some(known.id.as_str()) == profile && known.is_dossier())
}

/// What `files` (paths and what they say) lack as a whole, under the folder all of them lie in; `None` of no files.
pub fn together(files: &[(String, Understood)], rules: &Rules, profile: Option<&str>, lang: Lang) -> Option<Checked> {
    let folder = common_folder(files)?;
    let letters: Vec<Letter> = files.iter().flat_map(|(_, file)| letters(file)).collect();
    let findings = check::dossier(&letters, rules, &Given { profile, lang, ..Given::default() });
    let path = if folder.as_os_str().is_empty() { ".".to_owned() } else { folder.display().to_string() };
    let kind_label = lang.pick("Hồ sơ", "Dossier").to_owned();
    let source = SourceRef { file: path.clone(), ..SourceRef::default() };
    Some(Checked::of(path, Record { kind_label, findings, source, ..Record::default() }))
}

fn letters(file: &Understood) -> impl Iterator<Item = Letter<'_>> {
    file.documents.iter().map(|d| Letter { record: &d.record, document: &d.document, text: &file.text })
}

/// The deepest folder that holds every file; the root of the first one where they have none in common.
fn common_folder(files: &[(String, Understood)]) -> Option<&Path> {
    let (first, _) = files.first()?;
    let holds_all = |folder: &Path| files.iter().all(|(path, _)| Path::new(path).starts_with(folder));
    let mut above = Path::new(first).ancestors().skip(1).peekable();
    while let Some(folder) = above.next() {
        if holds_all(folder) || above.peek().is_none() {
            return Some(folder);
        }
    }
    Some(Path::new(""))
}
