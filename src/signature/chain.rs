//! From a certificate to a root the reader trusts.
//!
//! in: a certificate, the others of the file, the roots given → out: [`Path`].
//! Promises: every step is proved by its signature; who issues must be allowed to; the search is bounded.
//! Leaves out: revocation; conditions on names, which make a path not checked.

use super::algorithm::Proof;
use super::certificate::Certificate;
use super::trust::Trust;
use crate::record::ChainState;

/// Certificates from the signer to the root; Vietnam's have three or four.
const LONGEST: usize = 8;
/// Signatures checked for one path: certificates that name each other in circles are hostile.
const MOST_CHECKED: usize = 64;

/// What the search found.
#[derive(Debug, Clone)]
pub(super) struct Path {
    pub(super) state: ChainState,
    /// Issuers, from the one next to the certificate; as far as they were found.
    pub(super) issuers: Vec<Certificate>,
}

/// Looks for a path from `leaf` that was in force at `at` (seconds since 1970).
pub(super) fn find(leaf: &Certificate, pool: &[Certificate], trust: &Trust, at: Option<i64>) -> Path {
    let mut search = Search { pool, trust, left: MOST_CHECKED, forged: false };
    let mut issuers = Vec::new();
    let is_anchored = trust.has(leaf) || search.climb(leaf, &mut issuers);
    let all = || std::iter::once(leaf).chain(&issuers);
    let state = if is_anchored {
        // the root itself is trusted for being given
        let in_force = |c: &Certificate| trust.has(c) || at.is_none_or(|at| (c.from..=c.until).contains(&at));
        match () {
            () if all().any(Certificate::has_unknown_condition) => ChainState::NotChecked,
            () if all().skip(1).all(in_force) => ChainState::Trusted,
            () => ChainState::Expired,
        }
    } else if search.forged {
        ChainState::Broken
    } else if trust.is_empty() {
        ChainState::NotChecked
    } else if leaf.is_self_issued() && leaf.signed_by(leaf) == Proof::Good {
        ChainState::SelfSigned
    } else {
        ChainState::UnknownRoot
    };
    Path { state, issuers }
}

struct Search<'a> {
    pool: &'a [Certificate],
    trust: &'a Trust,
    /// Signatures that may still be checked.
    left: usize,
    /// A trusted root did not sign what names it as issuer, with its very key.
    forged: bool,
}

impl Search<'_> {
    /// Adds the issuers of `under` up to a trusted one; where there is no such way, the longest one that was tried first stays.
    fn climb(&mut self, under: &Certificate, path: &mut Vec<Certificate>) -> bool {
        let start = path.len();
        let roots = self.trust.roots().iter().map(|root| (root, true));
        let (pool, mut longest) = (self.pool, Vec::new());
        for (issuer, is_root) in roots.chain(pool.iter().map(|issuer| (issuer, false))) {
            let known = path.iter().any(|passed| passed.der == issuer.der) || issuer.der == under.der;
            if issuer.subject != under.issuer || known || path.len() >= LONGEST || self.left == 0 {
                continue;
            }
            if !is_root && !issuer.may_issue(path.len()) {
                continue;
            }
            self.left -= 1;
            match under.signed_by(issuer) {
                Proof::Good => {}
                proof => {
                    let same_key = under.issuer_key_id().is_some() && under.issuer_key_id() == issuer.key_id();
                    self.forged |= is_root && proof == Proof::Bad && same_key;
                    continue;
                }
            }
            path.push(issuer.clone());
            if is_root || self.climb(issuer, path) {
                return true;
            }
            if path.len() > start + longest.len() {
                longest = path[start..].to_vec();
            }
            path.truncate(start);
        }
        path.extend(longest);
        false
    }
}
