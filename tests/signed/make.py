"""Makes cong-van-ky-so.pdf: a sample signed by an invented clerk, with a key made here and thrown away.

in: ../../samples/13-xa-thong-bao-ban-dien-tu.pdf, pyHanko (pip install pyhanko) → out: the signed file beside this script.
"""
import datetime
import pathlib
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

HERE = pathlib.Path(__file__).parent

key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([
    x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
    x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Ủy ban nhân dân xã Suối Mẫu"),
    x509.NameAttribute(NameOID.COMMON_NAME, "Đặng Thị Mẫu"),
])
begin = datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc)
certificate = (
    x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    .serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(begin + datetime.timedelta(days=3650))
    .sign(key, hashes.SHA256())
)
with tempfile.TemporaryDirectory() as folder:
    key_file, certificate_file = pathlib.Path(folder, "key.pem"), pathlib.Path(folder, "certificate.pem")
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    signer = signers.SimpleSigner.load(str(key_file), str(certificate_file))
source = HERE.parent.parent / "samples" / "13-xa-thong-bao-ban-dien-tu.pdf"
with source.open("rb") as unsigned, (HERE / "cong-van-ky-so.pdf").open("wb") as signed:
    metadata = signers.PdfSignatureMetadata(
        field_name="ChuKy", subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256", name="Tên trong tệp"
    )
    signers.sign_pdf(IncrementalPdfFileWriter(unsigned), metadata, signer=signer, output=signed)
