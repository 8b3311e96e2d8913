"""Writes the page images and the laid-out pages into files: PDF, TIFF, PNG, JPEG.

in: images as the scanner gave them, or pages of drawing operations -> out: the file's bytes on disk.
Promises: no time stamp and no random identifier, so the same pages give the same file. Leaves out: encryption, tags.
"""
import io
import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageOps
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from layout import FONT_DIR, FONTS, HEIGHT, WIDTH, width
from scanner import SCAN_DPI

QUALITY = {"clean": 58, "office": 46, "poor": 34}


def jpeg(image, level):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY[level], dpi=(SCAN_DPI, SCAN_DPI), optimize=True)
    return out.getvalue()


def group4(image):
    """The bare CCITT G4 strip of a bilevel image."""
    out = io.BytesIO()
    # PDF's DeviceGray wants 1 = white; Pillow writes strips with 0 = white, so /BlackIs1 stays false after the swap
    ImageOps.invert(image.convert("L")).convert("1").save(out, "TIFF", compression="group4", strip_size=1 << 30)
    tiff = Image.open(out)
    offset, count = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    return out.getvalue()[offset:offset + count], tiff.tag_v2[262]


def image_page(pdf, image, level, turn=0, layer=None):
    """One page that is one image; `turn` stores it sideways (the viewer shows it as it lies); `layer` is invisible text."""
    if turn:
        image = image.rotate(turn, expand=True)
    w, h = (v * 72 / SCAN_DPI for v in image.size)
    entry = {"Type": Name.XObject, "Subtype": Name.Image, "Width": image.width, "Height": image.height}
    if image.mode == "1":
        data, photometric = group4(image)
        stream = pikepdf.Stream(pdf, data)
        entry |= {"ColorSpace": Name.DeviceGray, "BitsPerComponent": 1, "Filter": Name.CCITTFaxDecode,
                  "DecodeParms": Dictionary(K=-1, Columns=image.width, Rows=image.height, BlackIs1=photometric == 0)}
    else:
        stream = pikepdf.Stream(pdf, jpeg(image, level))
        entry |= {"ColorSpace": Name.DeviceRGB if image.mode == "RGB" else Name.DeviceGray, "BitsPerComponent": 8, "Filter": Name.DCTDecode}
    for key, value in entry.items():
        stream[f"/{key}"] = value
    content = f"q {w:.2f} 0 0 {h:.2f} 0 0 cm /Im0 Do Q\n".encode()
    resources = Dictionary(XObject=Dictionary(Im0=stream))
    if layer:
        resources.Font = Dictionary(F0=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding))
        content += text_layer(layer, h)
    page = Dictionary(Type=Name.Page, MediaBox=Array([0, 0, round(w, 2), round(h, 2)]), Resources=resources, Contents=pikepdf.Stream(pdf, content))
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))


def text_layer(words, page_height):
    """Invisible words `(text, x, y, w, h in pixels)` as scanner software lays them under its page."""
    out = [b"BT 3 Tr"]
    for text, x, y, w, h in words:
        size = max(4.0, h * 72 / SCAN_DPI)
        raw = text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        out.append(b"/F0 %.1f Tf 1 0 0 1 %.2f %.2f Tm (%s ) Tj" % (size, x * 72 / SCAN_DPI, page_height - (y + h) * 72 / SCAN_DPI, raw))
    return b"\n".join(out + [b"ET\n"])


def born_digital(pages):
    """Pages as a word processor prints them to PDF; stamps and pen strokes are left out, there is no paper."""
    for style, name in FONTS.items():
        pdfmetrics.registerFont(TTFont(name, f"{FONT_DIR}{name}.ttf"))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    for page in pages:
        for op in page.ops:
            if op[0] == "text":
                _, x, y, text, style, size = op
                canvas.setFont(FONTS[style], size)
                canvas.drawString(x, HEIGHT - y, text + " ")
            elif op[0] == "rule":
                canvas.setLineWidth(op[5])
                canvas.line(op[1], HEIGHT - op[2], op[3], HEIGHT - op[4])
        canvas.showPage()
    canvas.save()
    return pikepdf.open(io.BytesIO(out.getvalue()))


def save_pdf(pdf, path):
    pdf.docinfo["/Producer"] = "congvan samples"
    pdf.save(path, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def save_images(images, path, level):
    """TIFF (all pages), PNG (16 grey levels, so that noise stays small) or JPEG."""
    dpi = (SCAN_DPI, SCAN_DPI)
    if path.endswith(".tif"):
        images[0].save(path, compression="group4", dpi=dpi, save_all=True, append_images=images[1:])
    elif path.endswith(".png"):
        images[0].quantize(24, dither=Image.Dither.NONE).save(path, dpi=dpi, optimize=True)
    else:
        open(path, "wb").write(jpeg(images[0], level))
