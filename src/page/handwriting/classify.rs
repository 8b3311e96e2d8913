//! Voice B: single segments classified, then the likeliest path through them.
//!
//! in: [`Segments`] → out: [`Chances`] of the whole value.
//! How: every atom belongs to one segment; a path is print, then the value, then print; its weight is the product of the
//! segments' probabilities, each counted once per atom so that paths of few large segments have no advantage.
//! Promises: where no path is likely (badly cut digits), the shares sum to much less than 1.

use super::chances::{Chances, Kind};
use super::layers::{Conv, Dense, Planes, log_softmax};
use super::segment::{SIDE, Segment, Segments};
use super::weights::Weights;
use crate::error::Result;
use std::collections::BTreeMap;

const CLASSES: &str = "0123456789/ABCD";
const PRINTED: usize = CLASSES.len();
/// The classes, print and junk (a badly cut segment).
const COUNT: usize = CLASSES.len() + 2;
const SLASH: usize = 10;
/// Paths kept per atom.
const BEAM: usize = 60;
/// Rarer classes are not followed.
const RARE: f32 = 1e-3;
/// Weight of the path "none of these is right", per atom: what the doubt of a voice is measured against.
const DOUBT: f64 = 0.3;

/// The net.
#[derive(Debug)]
pub(super) struct DigitNet {
    convs: Vec<Conv>,
    hidden: Dense,
    out: Dense,
}

/// Where in the line a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Before,
    Inside,
    After,
}

type Paths = BTreeMap<(String, Phase), f64>;

impl DigitNet {
    pub(super) fn load(mut weights: Weights) -> Result<DigitNet> {
        let shapes = [[16, 2, 3, 3], [24, 16, 3, 3], [48, 24, 3, 3], [64, 48, 3, 3]];
        let convs = shapes.iter().enumerate();
        let convs = convs.map(|(i, shape)| Conv::load(&mut weights, &format!("c{i}"), *shape, (1, 1), 1));
        Ok(DigitNet {
            convs: convs.collect::<Result<_>>()?,
            hidden: Dense::load(&mut weights, "hidden", &[64, 576])?,
            out: Dense::load(&mut weights, "out", &[COUNT, 64])?,
        })
    }

    /// Probabilities of the classes of one segment.
    fn classify(&self, segment: &Segment) -> [f32; COUNT] {
        let c = &self.convs;
        let x = Planes::new(2, SIDE, SIDE, segment.patches.clone());
        let x = c[0].run(&x, true).pooled(2, 2);
        let x = c[1].run(&x, true).pooled(2, 2);
        let x = c[3].run(&c[2].run(&x, true), true).pooled(2, 2);
        let mut hidden = self.hidden.run(&x.values, 1);
        hidden.iter_mut().for_each(|v| *v = v.max(0.0));
        let mut scores = self.out.run(&hidden, 1);
        log_softmax(&mut scores);
        std::array::from_fn(|i| scores[i].exp())
    }

    /// The probabilities of all values of `kind`.
    pub(super) fn read(&self, segments: &Segments, kind: Kind) -> Chances {
        let classified: Vec<(&Segment, [f32; COUNT])> =
            segments.candidates.iter().map(|s| (s, self.classify(s))).collect();
        let mut paths: Vec<Paths> = vec![Paths::new(); segments.atoms + 1];
        paths[0].insert((String::new(), Phase::Before), 1.0);
        for at in 0..segments.atoms {
            let here = best(std::mem::take(&mut paths[at]));
            for (segment, classes) in classified.iter().filter(|(s, _)| s.first == at) {
                for ((prefix, phase), weight) in &here {
                    let target = &mut paths[at + segment.atoms];
                    for (next, p) in steps(prefix, *phase, classes, segment.atoms, kind) {
                        *target.entry(next).or_default() += weight * f64::from(p).powi(segment.atoms as i32);
                    }
                }
            }
        }
        let whole = |(value, _): &(String, Phase)| kind.is_whole(&kind.value_of(value));
        let ended: Vec<_> = std::mem::take(&mut paths[segments.atoms]).into_iter().filter(|(k, _)| whole(k)).collect();
        let sum: f64 = ended.iter().map(|(_, w)| w).sum::<f64>() + DOUBT.powi(segments.atoms.max(1) as i32);
        let mut chances = Chances::default();
        for ((value, _), weight) in ended {
            chances.add(kind.value_of(&value), (weight / sum) as f32);
        }
        chances
    }
}

/// Where a path can go with one more segment, and with which probability per atom.
fn steps(prefix: &str, phase: Phase, classes: &[f32; COUNT], atoms: usize, kind: Kind) -> Vec<((String, Phase), f32)> {
    let mut out = Vec::new();
    if atoms == 1 {
        let letters: f32 = classes[SLASH + 1..PRINTED].iter().sum();
        let print = classes[PRINTED] + classes[SLASH];
        match phase {
            Phase::Before => out.push(((String::new(), phase), print)),
            Phase::Inside => out.push(((prefix.to_owned(), Phase::After), print)),
            Phase::After => out.push(((prefix.to_owned(), phase), print + letters)),
        }
    }
    if phase != Phase::After {
        for (class, char) in CLASSES.chars().enumerate().filter(|(c, _)| classes[*c] > RARE) {
            if kind.may_follow(prefix, char) {
                out.push(((format!("{prefix}{char}"), Phase::Inside), classes[class]));
            }
        }
    }
    out
}

fn best(paths: Paths) -> Vec<((String, Phase), f64)> {
    let mut ranked: Vec<_> = paths.into_iter().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranked.truncate(BEAM);
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sure(class: usize, p: f32) -> [f32; COUNT] {
        std::array::from_fn(|i| if i == class { p } else { (1.0 - p) / (COUNT - 1) as f32 })
    }

    #[test]
    fn paths_go_print_value_print() {
        let (three, print) = (sure(3, 0.9), sure(PRINTED, 0.9));
        let next = |prefix: &str, phase, classes: &[f32; COUNT]| {
            let all = steps(prefix, phase, classes, 1, Kind::Number);
            all.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(to, _)| to)
        };
        assert_eq!(next("", Phase::Before, &three), Some(("3".into(), Phase::Inside)));
        assert_eq!(next("3", Phase::Inside, &print), Some(("3".into(), Phase::After)));
        assert_eq!(steps("3", Phase::After, &three, 1, Kind::Number).len(), 1, "no digit after the value");
        assert!(steps("3", Phase::After, &three, 2, Kind::Number).is_empty(), "print is one atom at a time");
    }
}
