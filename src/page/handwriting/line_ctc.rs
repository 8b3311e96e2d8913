//! Voice A: a small convolutional net over the whole zone.
//!
//! in: a [`Zone`] → out: [`Columns`], per column log probabilities of blank, 0–9, "/", A–D; and how the value is written.
//! Trained by `tools/handwriting/train_line.py`; "/" marks the end of a serial number and parts a stamp's date.
//! Promises: about 60 million multiplications a zone, 160,000 parameters.

use super::layers::{Conv, Dense, Planes, log_softmax};
use super::weights::Weights;
use super::zone::{HEIGHT, WIDTH, Zone};
use crate::error::Result;

/// What class `i + 1` stands for; class 0 is blank.
pub(super) const CLASSES: &str = "0123456789/ABCD";
const COUNT: usize = CLASSES.len() + 1;
/// How many ways of writing the second head tells apart: nothing, hand, print.
const INKS: usize = 3;

/// The net.
#[derive(Debug)]
pub(super) struct LineNet {
    convs: Vec<Conv>,
    chars: Dense,
    ink: Dense,
}

/// What the net says about one zone.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    /// Per column log probabilities of the classes.
    pub log: Vec<[f32; COUNT]>,
    /// Probabilities of nothing, hand, print.
    pub ink: [f32; INKS],
}

impl LineNet {
    pub(super) fn load(mut weights: Weights) -> Result<LineNet> {
        let shapes: [([usize; 4], (usize, usize), usize); 8] = [
            ([16, 1, 3, 3], (1, 1), 1),
            ([32, 16, 3, 3], (1, 1), 1),
            ([48, 32, 3, 3], (1, 1), 1),
            ([48, 48, 3, 3], (1, 1), 1),
            ([64, 48, 3, 3], (1, 1), 1),
            ([80, 64, 5, 1], (0, 0), 1),
            ([80, 80, 1, 5], (0, 2), 1),
            ([80, 80, 1, 5], (0, 4), 2),
        ];
        let convs = shapes.iter().enumerate();
        let convs = convs.map(|(i, (shape, pad, d))| Conv::load(&mut weights, &format!("c{i}"), *shape, *pad, *d));
        Ok(LineNet {
            convs: convs.collect::<Result<_>>()?,
            chars: Dense::load(&mut weights, "chars", &[COUNT, 80, 1, 1])?,
            ink: Dense::load(&mut weights, "ink", &[INKS, 160])?,
        })
    }

    /// Reads one zone.
    pub(super) fn run(&self, zone: &Zone) -> Columns {
        let input = Planes::new(1, HEIGHT / 2, WIDTH / 2, zone.halved());
        let c = &self.convs;
        let x = c[0].run(&input, true).pooled(2, 2);
        let x = c[1].run(&x, true).pooled(2, 1);
        let x = c[3].run(&c[2].run(&x, true), true).pooled(2, 1);
        let x = c[5].run(&c[4].run(&x, true), true);
        let x = c[6].run(&x, true).plus(&x);
        let x = c[7].run(&x, true).plus(&x);
        let scores = self.chars.run(&x.values, x.width);
        let log = (0..x.width).map(|column| {
            let mut classes: [f32; COUNT] = std::array::from_fn(|class| scores[class * x.width + column]);
            log_softmax(&mut classes);
            classes
        });
        Columns { log: log.collect(), ink: self.ink_of(&x) }
    }

    fn ink_of(&self, x: &Planes) -> [f32; INKS] {
        let rows = || x.values.chunks_exact(x.width);
        let means = rows().map(|r| r.iter().sum::<f32>() / x.width as f32);
        let most = rows().map(|r| r.iter().copied().fold(f32::MIN, f32::max));
        let mut scores = self.ink.run(&means.chain(most).collect::<Vec<_>>(), 1);
        log_softmax(&mut scores);
        std::array::from_fn(|i| scores[i].exp())
    }
}
