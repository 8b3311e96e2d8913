"""Signed PDFs to be verified: python3 verify.py DIR (needs pyhanko and cryptography; the tests need neither).

Everything is invented; keys are made anew and thrown away, so every run gives other bytes. Each file is one page with one
line, signed as its name says. The root that vouches for them is DIR/goc/goc.pem.
"""
import datetime
import io
import os
import sys

from asn1crypto import algos, cms, core, keys as asn1_keys, ocsp as asn1_ocsp, x509 as asn1_x509, crl as asn1_crl
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.signers import pdf_signer
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

OUT = sys.argv[1]
VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
NOW = datetime.datetime(2026, 11, 28, 10, 15, 30, tzinfo=VIETNAM)
DETACHED, PADES = fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED, fields.SigSeedSubFilter.PADES


def naive(at):
    return at.astimezone(datetime.timezone.utc).replace(tzinfo=None)


class Identity:
    """A certificate with its key."""

    def __init__(self, name, organisation, issuer=None, key=None, ca=False, purpose=None, years=(2025, 2035)):
        self.key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
        parts = [(NameOID.COUNTRY_NAME, "VN"), (NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, name)]
        subject = x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])
        self.issuer = issuer or self
        made = x509.CertificateBuilder().subject_name(subject).public_key(self.key.public_key())
        made = made.issuer_name(issuer.cert.subject if issuer else subject).serial_number(x509.random_serial_number())
        made = made.not_valid_before(datetime.datetime(years[0], 1, 1)).not_valid_after(datetime.datetime(years[1], 1, 1))
        made = made.add_extension(x509.BasicConstraints(ca=ca, path_length=None), True)
        made = made.add_extension(x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False), True)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False)
        made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.issuer.key.public_key()), False)
        if purpose:
            made = made.add_extension(x509.ExtendedKeyUsage([purpose]), True)
        self.cert = made.sign(self.issuer.key, hashes.SHA256())

    def der(self):
        return self.cert.public_bytes(serialization.Encoding.DER)

    def asn1(self):
        return asn1_x509.Certificate.load(self.der())

    def asn1_key(self):
        form = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return asn1_keys.PrivateKeyInfo.load(self.key.private_bytes(*form))


ROOT = Identity("Gốc thử nghiệm", "Cơ quan chứng thực thử nghiệm", ca=True)
CA = Identity("CA thử nghiệm", "Cơ quan chứng thực thử nghiệm", ROOT, ca=True)
TSA = Identity("Dấu thời gian thử nghiệm", "Cơ quan chứng thực thử nghiệm", CA, purpose=ExtendedKeyUsageOID.TIME_STAMPING)
PERSON = Identity("Đặng Thị Mẫu", "Ủy ban nhân dân xã Suối Mẫu", CA)
OFFICE = Identity("Ủy ban nhân dân xã Suối Mẫu", "Ủy ban nhân dân xã Suối Mẫu", CA)
STORE = SimpleCertificateStore()
for one in (ROOT, CA):
    STORE.register(one.asn1())


def page():
    """One page with one line and a text field, as a file of its own."""
    content = b"BT /F 14 Tf 72 700 Td (Cong van ve viec thu nghiem chu ky so) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def clock(at):
    class Fixed(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return at

    pdf_signer.datetime = Fixed


def crl(issuer, revoked=()):
    made = x509.CertificateRevocationListBuilder().issuer_name(issuer.cert.subject)
    made = made.last_update(naive(NOW) - datetime.timedelta(days=1)).next_update(naive(NOW) + datetime.timedelta(days=7))
    for who in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(who.cert.serial_number)
        made = made.add_revoked_certificate(entry.revocation_date(naive(NOW) - datetime.timedelta(days=30)).build())
    return asn1_crl.CertificateList.load(made.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))


def answer(who):
    made = ocsp.OCSPResponseBuilder().add_response(
        cert=who.cert, issuer=who.issuer.cert, algorithm=hashes.SHA1(), cert_status=ocsp.OCSPCertStatus.GOOD,
        this_update=naive(NOW) - datetime.timedelta(hours=1), next_update=naive(NOW) + datetime.timedelta(days=1),
        revocation_time=None, revocation_reason=None,
    ).responder_id(ocsp.OCSPResponderEncoding.HASH, who.issuer.cert)
    response = made.sign(who.issuer.key, hashes.SHA256())
    return asn1_ocsp.OCSPResponse.load(response.public_bytes(serialization.Encoding.DER))


def sign(data, who=PERSON, field="ChuKy1", at=NOW, form=DETACHED, stamp=False, pss=False, digest="sha256", made=None, **more):
    clock(at)
    signer = signers.SimpleSigner(
        signing_cert=who.asn1(), signing_key=who.asn1_key(), cert_registry=STORE, prefer_pss=pss
    )
    if made:
        signer.__class__ = made
    stamper = None
    if stamp:
        stamper = timestamps.DummyTimeStamper(
            tsa_cert=TSA.asn1(), tsa_key=TSA.asn1_key(), certs_to_embed=STORE, fixed_dt=at + datetime.timedelta(seconds=3)
        )
    about = signers.PdfSignatureMetadata(field_name=field, name="Tên trong tệp", md_algorithm=digest, subfilter=form, **more)
    pdf = IncrementalPdfFileWriter(io.BytesIO(data))
    return signers.PdfSigner(about, signer, timestamper=stamper).sign_pdf(pdf).getvalue()


def long_term():
    """What a PAdES-LT signature needs to find inside."""
    carried = dict(crls=[crl(ROOT), crl(CA)], ocsps=[answer(PERSON)], other_certs=[CA.asn1(), TSA.asn1()])
    return ValidationContext(
        trust_roots=[ROOT.asn1()], allow_fetching=False, moment=NOW + datetime.timedelta(seconds=5),
        revocation_mode="soft-fail", **carried
    )


def later(data, change):
    pdf = IncrementalPdfFileWriter(io.BytesIO(data))
    change(pdf)
    out = io.BytesIO()
    pdf.write(out)
    return out.getvalue()


def other_page(pdf):
    words = b"BT /F 14 Tf 72 700 Td (Cong van da bi sua sau khi ky) Tj ET"
    page = pdf.root["/Pages"]["/Kids"][0]
    page[generic.pdf_name("/Contents")] = pdf.add_object(generic.StreamObject(stream_data=words))
    pdf.update_container(page)


def typed_stamp(pdf):
    look = generic.StreamObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/XObject"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Form"),
            generic.pdf_name("/BBox"): generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 100, 40)),
        },
        stream_data=b"0 0 100 40 re S",
    )
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Stamp"),
            generic.pdf_name("/F"): generic.NumberObject(4),
            generic.pdf_name("/Rect"): generic.ArrayObject(generic.NumberObject(n) for n in (400, 750, 500, 790)),
            generic.pdf_name("/AP"): generic.DictionaryObject({generic.pdf_name("/N"): pdf.add_object(look)}),
        }
    )
    pdf.register_annotation(pdf.find_page_for_modification(0)[0], pdf.add_object(note))


class LocalClock(signers.SimpleSigner):
    """Writes the local time and calls it UTC, as programs do that hand a local time to BouncyCastle for .NET."""

    async def signed_attrs(self, *args, **kwargs):
        attributes = await super().signed_attrs(*args, **kwargs)
        for attribute in attributes:
            if attribute["type"].native == "signing_time":
                local = NOW.replace(tzinfo=datetime.timezone.utc)
                attribute["values"] = [cms.Time({"utc_time": core.UTCTime(local)})]
        return attributes


def with_open_lengths(data):
    """The signature with its outer lengths left open (BER), as some libraries write it."""
    start = data.index(b"/Contents <") + len(b"/Contents <")
    end = data.index(b">", start)
    info = cms.ContentInfo.load(bytes.fromhex(data[start:end].decode()).rstrip(b"\0") + b"\0" * 8, strict=False)
    inner = info["content"].untag().dump() if hasattr(info["content"], "untag") else info["content"].dump()
    signed = cms.SignedData.load(inner) if inner[0] == 0x30 else None
    body = (signed or info["content"]).dump()
    if body[0] != 0x30:
        body = b"\x30" + body[1:]
    ber = b"\x30\x80" + info["content_type"].dump() + b"\xa0\x80" + body + b"\0\0" + b"\0\0"
    digits = ber.hex().encode()
    return data[:start] + digits + b"0" * (end - start - len(digits)) + data[end:]


def main():
    os.makedirs(os.path.join(OUT, "goc"), exist_ok=True)
    with open(os.path.join(OUT, "goc", "goc.pem"), "wb") as out:
        out.write(ROOT.cert.public_bytes(serialization.Encoding.PEM))
    good = sign(page())
    ended = Identity("Nguyễn Văn Cũ", "Ủy ban nhân dân xã Suối Mẫu", CA, years=(2020, 2025))
    alone = Identity("Lê Tự Ký", "Không cơ quan nào")
    gone = Identity("Phạm Thu Hồi", "Ủy ban nhân dân xã Suối Mẫu", CA)
    false_ca = Identity("Gốc thử nghiệm", "Cơ quan chứng thực thử nghiệm", ca=True)
    curve = Identity("Hồ Thị Cong", "Ủy ban nhân dân xã Suối Mẫu", CA, key=ec.generate_private_key(ec.SECP256R1()))
    longer = Identity("Hồ Văn Cong", "Ủy ban nhân dân xã Suối Mẫu", CA, key=ec.generate_private_key(ec.SECP384R1()))
    receiver = Identity("Văn thư Sở Thử Nghiệm", "Sở Thử Nghiệm", CA)
    an_hour = datetime.timedelta(hours=1)
    two = sign(good, OFFICE, "ChuKy2", NOW + an_hour / 6)
    files = {
        "tot": good,
        "het-han": sign(page(), ended),
        "tu-ky": sign(page(), alone),
        "goc-gia": sign(page(), Identity("Mai Giả", "Ủy ban nhân dân xã Suối Mẫu", false_ca)),
        "ba-chu-ky": sign(two, receiver, "ChuKyDen", NOW + 24 * an_hour),
        "pades-b": sign(page(), form=PADES),
        "pades-t": sign(page(), form=PADES, stamp=True),
        "pades-lta": sign(
            page(), form=PADES, stamp=True, embed_validation_info=True, use_pades_lta=True, validation_context=long_term()
        ),
        "pss": sign(page(), pss=True),
        "p256": sign(page(), curve),
        "p384": sign(page(), longer, digest="sha384"),
        "sha1": sign(page(), digest="sha1"),
        "sua-sau-khi-ky": later(good, other_page),
        "dong-dau-sau-khi-ky": later(good, typed_stamp),
        "cam-sua": later(
            sign(page(), certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES), typed_stamp
        ),
        "gio-dia-phuong": sign(page(), made=LocalClock),
        "ber": with_open_lengths(good),
        "bi-thu-hoi": later(
            sign(page(), gone),
            lambda pdf: put_store(pdf, [crl(CA, [gone])]),
        ),
    }
    for name, data in files.items():
        with open(os.path.join(OUT, name + ".pdf"), "wb") as out:
            out.write(data)
        print(name, len(data))


def put_store(pdf, lists):
    streams = [pdf.add_object(generic.StreamObject(stream_data=one.dump())) for one in lists]
    store = generic.DictionaryObject({generic.pdf_name("/CRLs"): generic.ArrayObject(streams)})
    pdf.root[generic.pdf_name("/DSS")] = pdf.add_object(store)
    pdf.update_root()


main()
