//! The few layers the two nets are made of, forward only.
//!
//! in: a stack of planes → out: a stack of planes. Convolutions are one matrix product over unrolled patches.
//! Promises: batch norms are folded already; buffers are sized by the shapes alone, no state is kept between calls.

use super::weights::Weights;
use crate::error::Result;

/// Planes of the same height and width, row-major, one after the other.
#[derive(Debug, Clone)]
pub(super) struct Planes {
    pub count: usize,
    pub height: usize,
    pub width: usize,
    pub values: Vec<f32>,
}

/// A convolution with stride 1.
#[derive(Debug)]
pub(super) struct Conv {
    inputs: usize,
    outputs: usize,
    rows: usize,
    columns: usize,
    /// Zeros added above and below, left and right.
    pad: (usize, usize),
    /// Distance between the columns of a patch.
    dilation: usize,
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// A fully connected layer.
#[derive(Debug)]
pub(super) struct Dense {
    inputs: usize,
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Planes {
    pub(super) fn new(count: usize, height: usize, width: usize, values: Vec<f32>) -> Planes {
        debug_assert_eq!(values.len(), count * height * width);
        Planes { count, height, width, values }
    }

    /// The largest value of each `rows` × `columns` field; what does not fill a field is left out.
    pub(super) fn pooled(&self, rows: usize, columns: usize) -> Planes {
        let (height, width) = (self.height / rows, self.width / columns);
        let mut values = Vec::with_capacity(self.count * height * width);
        for plane in self.values.chunks_exact(self.height * self.width) {
            for y in 0..height {
                for x in 0..width {
                    let field = (0..rows).flat_map(|r| {
                        let from = (y * rows + r) * self.width + x * columns;
                        plane[from..from + columns].iter().copied()
                    });
                    values.push(field.fold(f32::MIN, f32::max));
                }
            }
        }
        Planes::new(self.count, height, width, values)
    }

    /// Adds another stack of the same shape.
    pub(super) fn plus(mut self, other: &Planes) -> Planes {
        self.values.iter_mut().zip(&other.values).for_each(|(a, b)| *a += b);
        self
    }
}

impl Conv {
    /// Loads layer `name` of `shape` (out, in, rows, columns).
    pub(super) fn load(
        weights: &mut Weights,
        name: &str,
        shape: [usize; 4],
        pad: (usize, usize),
        dilation: usize,
    ) -> Result<Conv> {
        let [outputs, inputs, rows, columns] = shape;
        let weight = weights.take(name, &shape)?;
        let bias = weights.take(&format!("{name}b"), &[outputs])?;
        Ok(Conv { inputs, outputs, rows, columns, pad, dilation, weight, bias })
    }

    /// Convolves; negative results become 0 when `relu`.
    pub(super) fn run(&self, input: &Planes, relu: bool) -> Planes {
        let height = input.height + 2 * self.pad.0 + 1 - self.rows;
        let width = input.width + 2 * self.pad.1 - self.dilation * (self.columns - 1);
        let (depth, area) = (self.inputs * self.rows * self.columns, height * width);
        let patches = self.unrolled(input, height, width);
        let mut values: Vec<f32> = self.bias.iter().flat_map(|b| std::iter::repeat_n(*b, area)).collect();
        multiply(&self.weight, &patches, &mut values, [self.outputs, depth, area]);
        if relu {
            values.iter_mut().for_each(|v| *v = v.max(0.0));
        }
        Planes::new(self.outputs, height, width, values)
    }

    /// One row per (plane, patch row, patch column), one column per output pixel.
    fn unrolled(&self, input: &Planes, height: usize, width: usize) -> Vec<f32> {
        let mut out = vec![0.0; self.inputs * self.rows * self.columns * height * width];
        let mut row = 0;
        for plane in input.values.chunks_exact(input.height * input.width) {
            for dy in 0..self.rows {
                for dx in 0..self.columns {
                    let shift = dx * self.dilation;
                    // Columns x of the output whose source x + shift - pad lies inside the plane.
                    let from = self.pad.1.saturating_sub(shift);
                    let to = width.min((input.width + self.pad.1).saturating_sub(shift));
                    for y in 0..height {
                        let Some(sy) = (y + dy).checked_sub(self.pad.0).filter(|sy| *sy < input.height) else {
                            continue;
                        };
                        let target = (row * height + y) * width;
                        let source = sy * input.width + from + shift - self.pad.1;
                        if from < to {
                            out[target + from..target + to].copy_from_slice(&plane[source..source + to - from]);
                        }
                    }
                    row += 1;
                }
            }
        }
        out
    }
}

impl Dense {
    /// Loads layer `name` of (out, in); `name` may hold a 1 × 1 convolution as well.
    pub(super) fn load(weights: &mut Weights, name: &str, shape: &[usize]) -> Result<Dense> {
        let weight = weights.take(name, shape)?;
        let bias = weights.take(&format!("{name}b"), &shape[..1])?;
        Ok(Dense { inputs: shape[1], weight, bias })
    }

    /// `input` holds `columns` vectors side by side (row-major: one row per component); so does the result.
    pub(super) fn run(&self, input: &[f32], columns: usize) -> Vec<f32> {
        let mut out: Vec<f32> = self.bias.iter().flat_map(|b| std::iter::repeat_n(*b, columns)).collect();
        multiply(&self.weight, input, &mut out, [self.bias.len(), self.inputs, columns]);
        out
    }
}

/// `c += a × b` for row-major a (m × k), b (k × n), c (m × n).
fn multiply(a: &[f32], b: &[f32], c: &mut [f32], [m, k, n]: [usize; 3]) {
    assert!(a.len() == m * k && b.len() == k * n && c.len() == m * n, "shapes are checked when the net is loaded");
    // SAFETY: the lengths just checked are what the row strides k, n and n reach.
    unsafe {
        matrixmultiply::sgemm(
            m,
            k,
            n,
            1.0,
            a.as_ptr(),
            k as isize,
            1,
            b.as_ptr(),
            n as isize,
            1,
            1.0,
            c.as_mut_ptr(),
            n as isize,
            1,
        );
    }
}

/// Logarithms of the shares the scores of one vector stand for, in place.
pub(super) fn log_softmax(scores: &mut [f32]) {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = scores.iter().map(|s| (s - most).exp()).sum();
    let log = sum.ln();
    scores.iter_mut().for_each(|s| *s = *s - most - log);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conv(rows: usize, columns: usize, pad: (usize, usize), dilation: usize, weight: Vec<f32>) -> Conv {
        Conv { inputs: 1, outputs: 1, rows, columns, pad, dilation, weight, bias: vec![0.5] }
    }

    #[test]
    fn convolutions_by_hand() {
        let image = Planes::new(1, 2, 4, vec![1., 2., 3., 4., 5., 6., 7., 8.]);
        let sum3 = conv(1, 3, (0, 1), 1, vec![1.0; 3]).run(&image, false);
        assert_eq!(sum3.values, [3.5, 6.5, 9.5, 7.5, 11.5, 18.5, 21.5, 15.5]);
        let wide = conv(1, 3, (0, 2), 2, vec![1.0, 0.0, 1.0]).run(&image, false);
        assert_eq!(wide.values, [3.5, 4.5, 1.5, 2.5, 7.5, 8.5, 5.5, 6.5]);
        let tall = conv(2, 1, (0, 0), 1, vec![1.0, -1.0]).run(&image, true);
        assert_eq!((tall.height, tall.values), (1, vec![0.0; 4]));
        assert_eq!(image.pooled(2, 2).values, [6., 8.]);
    }

    #[test]
    fn shares_sum_to_one() {
        let mut scores = vec![1000.0, 999.0, -3.0];
        log_softmax(&mut scores);
        assert!((scores.iter().map(|s| s.exp()).sum::<f32>() - 1.0).abs() < 1e-5);
    }
}
