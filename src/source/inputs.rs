//! Paths → sources: plain files as they are, containers opened into their members, nested ones too.
//!
//! in: paths (`-` is standard input) → out: one [`Source`] or one error per file and member, in order.
//! Promises: one member at a time is in memory beside the containers it lies in; depth, number and bytes are bounded per
//! file of the folder; every member knows the way it came ([`Source::container`]); a bad member costs only itself.

use super::container::{self, Members, Room, Within};
use super::{MAX_FILE, Source, guard, read_file};
use crate::error::{Error, Result};
use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Between a container and its member, where people read.
pub const SEPARATOR: &str = " › ";
/// Containers in containers: a mail in a mail in an archive is common, more is made to exhaust.
const DEEPEST: usize = 6;

/// The sources behind some paths.
pub struct Inputs {
    paths: Box<dyn Iterator<Item = Result<PathBuf>> + Send>,
    open: Vec<Level>,
    room: Room,
}

/// A container whose members are being handed out.
struct Level {
    members: Box<dyn Members>,
    container: File,
    /// The step from it to a member, but for the member's name.
    step: Within,
    handed_out: usize,
}

/// A file or member before it is known what it is.
struct File {
    /// With the containers it lies in.
    path: PathBuf,
    /// Base name, with the containers it lies in.
    name: String,
    bytes: Arc<Vec<u8>>,
    way: Vec<Within>,
    aside: bool,
}

/// All files and members behind `paths`, opened as they are asked for.
///
/// # Examples
/// ```
/// use std::path::PathBuf;
///
/// # let folder = tempfile::tempdir()?;
/// # let path: PathBuf = folder.path().join("thu.eml");
/// # std::fs::write(&path, "From: a@example.vn\r\nSubject: =?UTF-8?Q?B=C3=A1o_c=C3=A1o?=\r\n\r\nKính gửi: Phòng Nội vụ")?;
/// let sources: Vec<_> = congvan::source::inputs([Ok(path)]).collect::<Result<_, _>>()?;
/// assert_eq!(sources[0].name, "thu.eml › nội dung thư");
/// assert_eq!(sources[0].container[0].mail.as_ref().unwrap().subject.as_deref(), Some("Báo cáo"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn inputs<P>(paths: P) -> Inputs
where
    P: IntoIterator<Item = Result<PathBuf>>,
    P::IntoIter: Send + 'static,
{
    Inputs { paths: Box::new(paths.into_iter()), open: Vec::new(), room: Room::default() }
}

impl Iterator for Inputs {
    type Item = Result<Source>;

    fn next(&mut self) -> Option<Result<Source>> {
        loop {
            let opened = match self.open.last_mut() {
                Some(_) => self.next_member(),
                None => match self.paths.next()? {
                    Ok(path) => {
                        self.room = Room::default();
                        read(&path).map_err(|e| e.at(&path)).map(Some)
                    }
                    Err(e) => Err(e),
                },
            };
            match opened.and_then(|file| file.map_or(Ok(None), |file| self.take(file))) {
                Ok(None) => {}
                Ok(Some(source)) => return Some(Ok(source)),
                Err(e) => return Some(Err(e)),
            }
        }
    }
}

impl Inputs {
    /// The next member of the innermost container; `None` where that one ended.
    fn next_member(&mut self) -> Result<Option<File>> {
        let Some(level) = self.open.last_mut() else { return Ok(None) };
        let room = &mut self.room;
        let next = guard::quietly(|| Ok(level.members.next(room)));
        let member = match next {
            Ok(Some(member)) => member,
            ended => {
                let Some(Level { container, handed_out, .. }) = self.open.pop() else { return Ok(None) };
                return match ended {
                    Err(e) => Err(e.at(&container.path)),
                    Ok(_) if handed_out == 0 => Err(Error::input("holds no file").at(&container.path)),
                    Ok(_) => Ok(None),
                };
            }
        };
        level.handed_out += 1;
        let path = level.container.member_path(&member.name);
        if let Err(e) = self.room.one_more() {
            let at = self.open.first().map_or(path, |outermost| outermost.container.path.clone());
            self.open.clear();
            return Err(e.at(at));
        }
        let Level { container, step, .. } = level;
        let name = format!("{}{SEPARATOR}{}", container.name, member.name);
        let mut way = container.way.clone();
        way.push(Within { member: member.name, ..step.clone() });
        let bytes = Arc::new(member.content.map_err(|e| e.at(&path))?);
        Ok(Some(File { path, name, bytes, way, aside: member.aside }))
    }

    /// A file that is one; `None` where it was a container, whose members come next.
    fn take(&mut self, file: File) -> Result<Option<Source>> {
        let opened = guard::quietly(|| container::open(&file.bytes, &file.name)).map_err(|e| e.at(&file.path))?;
        let Some(opened) = opened else { return file.source().map(Some) };
        if self.open.len() >= DEEPEST {
            let what = format!("files in files, more than {DEEPEST} deep: unpack it and give what is inside");
            return Err(Error::input(what).at(&file.path));
        }
        let itself = opened.itself.map(|itself| File { aside: itself.aside || file.aside, ..file.again() });
        let called = file.way.last().map_or_else(|| file.path.to_string_lossy().into_owned(), |way| way.member.clone());
        let step = Within { kind: opened.kind, file: called, member: String::new(), mail: opened.mail };
        let handed_out = usize::from(itself.is_some());
        self.open.push(Level { members: opened.members, container: file, step, handed_out });
        itself.map(|itself| itself.source()).transpose()
    }
}

impl File {
    fn member_path(&self, member: &str) -> PathBuf {
        let mut path: OsString = self.path.clone().into_os_string();
        path.push(SEPARATOR);
        path.push(member);
        PathBuf::from(path)
    }

    fn again(&self) -> File {
        let File { path, name, bytes, way, aside } = self;
        File { path: path.clone(), name: name.clone(), bytes: bytes.clone(), way: way.clone(), aside: *aside }
    }

    fn source(self) -> Result<Source> {
        let source = guard::quietly(|| Source::describe(self.path.clone(), &self.name, &self.bytes));
        let source = source.map_err(|e| e.at(&self.path))?;
        // a file of the folder is read again when its pages are wanted; members and standard input cannot be
        let held = (!self.way.is_empty() || self.path == Path::new("-")).then_some(self.bytes);
        Ok(Source { container: self.way, aside: self.aside, held, ..source })
    }
}

fn read(path: &Path) -> Result<File> {
    let (name, bytes) = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut bytes)?;
        ("-".to_owned(), bytes)
    } else {
        let name = path.file_name().map_or_else(|| path.to_string_lossy(), |n| n.to_string_lossy());
        (crate::error::one_line(&name), read_file(path)?)
    };
    Ok(File { path: path.to_path_buf(), name, bytes: Arc::new(bytes), way: Vec::new(), aside: false })
}
