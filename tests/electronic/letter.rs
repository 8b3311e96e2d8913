//! A born-digital letter of one page, written by hand, for tests of what a viewer shows.
//!
//! in: texts at places, annotations, pictures → out: the bytes of a PDF. Letters beyond ASCII are codes of their own that
//! only `ToUnicode` explains, so that what is drawn is ink but not the letter: whatever is read of it is read from the layer.

use std::collections::BTreeMap;

/// A4 in points.
pub const SHEET: (f32, f32) = (595.0, 842.0);
/// First code given to a letter beyond ASCII.
const FIRST_CODE: u8 = 0xa1;
/// The soft hyphen draws nothing.
const DRAWS_NOTHING: u8 = 0xad;

/// A page in the making; places are points from the lower left corner.
#[derive(Default)]
pub struct Letter {
    /// Operators of the page.
    pub content: String,
    /// Entries of the page's dictionary.
    pub page: String,
    codes: BTreeMap<char, u8>,
    annotations: Vec<String>,
    /// Grey pictures: width, height, pixels.
    pictures: Vec<(u32, u32, Vec<u8>)>,
}

impl Letter {
    /// The running text of a short letter of an invented commune, number and day left blank.
    pub fn with_blanks() -> Letter {
        let mut letter = Letter::default();
        let lines = [
            (110.0, 790.0, "ỦY BAN NHÂN DÂN XÃ AN BÌNH"),
            (300.0, 790.0, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            (330.0, 774.0, "Độc lập - Tự do - Hạnh phúc"),
            (110.0, 750.0, "Số:"),
            (165.0, 750.0, "/UBND-VP"),
            (330.0, 750.0, "An Bình, ngày"),
            (432.0, 750.0, "tháng"),
            (488.0, 750.0, "năm 2025"),
            (110.0, 734.0, "V/v kiểm kê tài sản"),
            (180.0, 700.0, "Kính gửi: Các trường học trên địa bàn xã."),
            (85.0, 670.0, "Ủy ban nhân dân xã đề nghị các trường gửi báo cáo kiểm kê tài sản"),
            (85.0, 650.0, "về Văn phòng trước ngày"),
            (218.0, 650.0, "05/12/2025."),
            (85.0, 600.0, "Nơi nhận:"),
            (85.0, 584.0, "- Như trên;"),
            (85.0, 568.0, "- Lưu: VT."),
            (390.0, 600.0, "CHỦ TỊCH"),
            (370.0, 520.0, "Nguyễn Văn Mẫu"),
        ];
        lines.iter().for_each(|(x, y, text)| letter.text(*x, *y, text));
        letter
    }

    /// Text in 12 points.
    pub fn text(&mut self, x: f32, y: f32, text: &str) {
        let text = self.coded(text);
        self.content += &format!("BT /F1 12 Tf {x} {y} Td {text} Tj ET\n");
    }

    /// Operators of the page's content stream.
    pub fn draw(&mut self, operators: &str) {
        self.content += operators;
        self.content.push('\n');
    }

    /// An annotation that draws some text: a signature's widget, a stamp.
    pub fn annotation(&mut self, subtype: &str, (x, y, w, h): (f32, f32, f32, f32), flags: u32, text: &str) {
        let text = self.coded(text);
        let draws = format!("BT /F1 12 Tf 1 4 Td {text} Tj ET");
        self.annotations.push(format!(
            "<< /Type /Annot /Subtype /{subtype} /FT /Sig /Rect [{x} {y} {} {}] /F {flags} /AP << /N APPEARANCE{w} {h} {draws}",
            x + w,
            y + h
        ));
    }

    /// A field with a value that the viewer has to draw.
    pub fn field(&mut self, (x, y, w, h): (f32, f32, f32, f32), flags: u32, value: &str) {
        self.annotations.push(format!(
            "<< /Type /Annot /Subtype /Widget /FT /Tx /Rect [{x} {y} {} {}] /F {flags} /DA (/F1 12 Tf) /V ({value}) >>",
            x + w,
            y + h
        ));
    }

    /// A grey picture over a place.
    pub fn picture(&mut self, (x, y, w, h): (f32, f32, f32, f32), (width, height): (u32, u32), grey: Vec<u8>) {
        self.pictures.push((width, height, grey));
        self.content += &format!("q {w} 0 0 {h} {x} {y} cm /I{} Do Q\n", self.pictures.len());
    }

    fn coded(&mut self, text: &str) -> String {
        let mut hex = String::from("<");
        for c in text.chars() {
            let code = if c.is_ascii() { c as u8 } else { self.code(c) };
            hex += &format!("{code:02x}");
        }
        hex + ">"
    }

    fn code(&mut self, c: char) -> u8 {
        let next = FIRST_CODE + self.codes.len() as u8;
        let next = if next >= DRAWS_NOTHING { next + 1 } else { next };
        *self.codes.entry(c).or_insert(next)
    }

    fn to_unicode(&self) -> String {
        let mut map = String::from("/CMapName /X def 1 begincodespacerange <00> <ff> endcodespacerange\n");
        map += "1 beginbfrange <20> <7e> <0020> endbfrange\n";
        map += &format!("{} beginbfchar\n", self.codes.len());
        for (c, code) in &self.codes {
            map += &format!("<{code:02x}> <{:04x}>\n", *c as u32);
        }
        map + "endbfchar\n"
    }

    /// The PDF.
    pub fn pdf(&self) -> Vec<u8> {
        let stream = |entries: &str, data: &[u8]| {
            let mut object = format!("<< {entries} /Length {} >>\nstream\n", data.len()).into_bytes();
            object.extend(data);
            object.extend(b"\nendstream");
            object
        };
        let fonts = "/Font << /F1 4 0 R >>";
        let first_picture = 7;
        let first_appearance = first_picture + self.pictures.len();
        let pictures: String =
            (0..self.pictures.len()).map(|i| format!("/I{} {} 0 R ", i + 1, first_picture + i)).collect();
        let mut appearances: Vec<Vec<u8>> = Vec::new();
        let mut annotations = String::new();
        for annotation in &self.annotations {
            match annotation.split_once("APPEARANCE") {
                Some((head, rest)) => {
                    let mut parts = rest.splitn(3, ' ');
                    let (w, h) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
                    let entries = format!("/Type /XObject /Subtype /Form /BBox [0 0 {w} {h}] /Resources << {fonts} >>");
                    annotations += &format!("{head}{} 0 R >> >> ", first_appearance + appearances.len());
                    appearances.push(stream(&entries, parts.next().unwrap_or_default().as_bytes()));
                }
                None => annotations += annotation,
            }
        }
        let (w, h) = SHEET;
        let mut objects: Vec<Vec<u8>> = vec![
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {w} {h}] {} /Contents 5 0 R /Annots [{annotations}] \
                 /Resources << {fonts} /XObject << {pictures} >> >> >>",
                self.page
            )
            .into_bytes(),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 6 0 R >>"
                .to_vec(),
            stream("", self.content.as_bytes()),
            stream("", self.to_unicode().as_bytes()),
        ];
        for (width, height, grey) in &self.pictures {
            let entries = format!(
                "/Type /XObject /Subtype /Image /Width {width} /Height {height} /BitsPerComponent 8 /ColorSpace /DeviceGray"
            );
            objects.push(stream(&entries, grey));
        }
        objects.extend(appearances);
        file(&objects)
    }
}

/// A PDF of these objects (number 1 is the catalogue), with a correct cross-reference table.
fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", index + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let xref = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        bytes.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    bytes.extend(format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n", objects.len() + 1).bytes());
    bytes
}
