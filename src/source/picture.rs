//! The picture of a page as its file holds it, for those who pass it on rather than read it: every pixel, at its own
//! resolution, and a JPEG stream as it lies.
//!
//! in: page images and JPEG streams → out: [`Picture`].
//! Leaves out: other packed streams (they hold their pixels without loss, so nothing is lost when those are packed anew).

use super::jpeg::Jpeg;
use image::{DynamicImage, imageops};

/// What a page shows, and how large it is on paper.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The pixels, decoded or not.
    pub pixels: Pixels,
    /// How they must be turned to stand as a viewer shows the page.
    pub turn: Turn,
    /// Width and height in points, turned.
    pub size: (f32, f32),
}

/// The pixels of a picture.
#[derive(Debug, Clone)]
pub enum Pixels {
    /// `Luma8` or `Rgb8`, as fine as the file holds them.
    Image(DynamicImage),
    /// A JPEG stream as it lies in the file.
    Jpeg(Jpeg),
}

/// How an image must be turned to stand as the page shows it: mirrored top to bottom first, then turned clockwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Turn {
    /// 0 to 3.
    pub quarter_turns: u8,
    /// Whether top and bottom change places before it is turned.
    pub mirrored: bool,
}

impl Turn {
    /// Clockwise by 0, 90, 180 or 270 degrees.
    pub fn clockwise(degrees: u16) -> Turn {
        Turn { quarter_turns: (degrees / 90 % 4) as u8, mirrored: false }
    }

    /// This turn, then clockwise by so many degrees.
    #[must_use]
    pub fn then_clockwise(self, degrees: u16) -> Turn {
        Turn { quarter_turns: (self.quarter_turns + Turn::clockwise(degrees).quarter_turns) % 4, ..self }
    }

    /// Whether width and height change places.
    pub fn sideways(self) -> bool {
        self.quarter_turns % 2 == 1
    }

    /// The image, turned.
    pub fn apply(self, mut image: DynamicImage) -> DynamicImage {
        if self.mirrored {
            match &mut image {
                DynamicImage::ImageLuma8(i) => imageops::flip_vertical_in_place(i),
                DynamicImage::ImageRgb8(i) => imageops::flip_vertical_in_place(i),
                _ => image = image.flipv(),
            }
        }
        match self.quarter_turns {
            1 => image.rotate90(),
            2 => image.rotate180(),
            3 => image.rotate270(),
            _ => image,
        }
    }
}

impl Picture {
    /// A decoded image that stands upright already, with its pixels per inch across and down.
    pub(super) fn upright(image: DynamicImage, dpi: (f32, f32)) -> Picture {
        let size = (72.0 * image.width() as f32 / dpi.0, 72.0 * image.height() as f32 / dpi.1);
        Picture { pixels: Pixels::Image(image), turn: Turn::default(), size }
    }

    /// The picture turned clockwise by so many degrees more.
    #[must_use]
    pub fn turned(self, degrees: u16) -> Picture {
        let size = if Turn::clockwise(degrees).sideways() { (self.size.1, self.size.0) } else { self.size };
        Picture { turn: self.turn.then_clockwise(degrees), size, ..self }
    }
}

/// A value of which so much is opaque, on white paper.
pub(super) fn on_white(value: u8, alpha: u8) -> u8 {
    ((u16::from(value) * u16::from(alpha) + 255 * (255 - u16::from(alpha))) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::GrayImage;

    #[test]
    fn turns_add_up() {
        let image = DynamicImage::from(GrayImage::from_fn(3, 2, |x, y| image::Luma([(10 * x + y) as u8])));
        for mirrored in [false, true] {
            for (first, more) in [(0, 90), (1, 90), (3, 180), (2, 270), (1, 0)] {
                let turn = Turn { quarter_turns: first, mirrored };
                let twice = Turn::clockwise(more).apply(turn.apply(image.clone()));
                assert_eq!(turn.then_clockwise(more).apply(image.clone()), twice, "{turn:?} {more}");
            }
        }
    }
}
