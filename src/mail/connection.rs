//! The way to the server: TCP with patience, TLS, and a bound on what it may say in one answer.
//!
//! in: an [`Address`], certificates to trust → out: a [`Stream`] for the IMAP library.
//! Promises: no certificate is taken unseen; a server that sends without end is cut off; one that is silent is given up.

use super::Address;
use crate::error::{Error, Result};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A server that does not take the call within this time is down.
const CALL: Duration = Duration::from_secs(20);
/// A server that says nothing for so long is down.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the session reads and writes.
pub(super) struct Stream {
    inner: Box<dyn ReadWrite>,
    allowance: Allowance,
}

trait ReadWrite: Read + Write + Send {}
impl<T: Read + Write + Send> ReadWrite for T {}

/// How many bytes more the server may send until it is asked again.
#[derive(Clone, Default)]
pub(super) struct Allowance(Arc<AtomicU64>);

impl Allowance {
    pub(super) fn set(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.allowance.0.load(Ordering::Relaxed);
        let most = into.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if most == 0 && !into.is_empty() {
            return Err(io::Error::other("the server sends more than it was asked for"));
        }
        let read = self.inner.read(&mut into[..most])?;
        self.allowance.set(left - read as u64);
        Ok(read)
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Calls the server. `ca` is a PEM file of certificates to trust instead of the system's.
pub(super) fn open(address: &Address, ca: Option<&Path>) -> Result<(Stream, Allowance)> {
    let tcp = call(address)?;
    let allowance = Allowance::default();
    let inner: Box<dyn ReadWrite> = if address.tls { Box::new(secured(tcp, address, ca)?) } else { Box::new(tcp) };
    Ok((Stream { inner, allowance: allowance.clone() }, allowance))
}

fn call(address: &Address) -> Result<TcpStream> {
    let Address { host, port, .. } = address;
    let failed = |e: io::Error| Error::environment(format!("{host}:{port}: the mail server does not answer: {e}"));
    let mut last = io::Error::new(io::ErrorKind::NotFound, "no such server");
    for place in (host.as_str(), *port).to_socket_addrs().map_err(failed)? {
        match TcpStream::connect_timeout(&place, CALL) {
            Ok(tcp) => {
                tcp.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
                tcp.set_write_timeout(Some(PATIENCE)).map_err(failed)?;
                return Ok(tcp);
            }
            Err(e) => last = e,
        }
    }
    Err(failed(last))
}

fn secured(
    mut tcp: TcpStream,
    address: &Address,
    ca: Option<&Path>,
) -> Result<StreamOwned<ClientConnection, TcpStream>> {
    let wrong = |e: &dyn std::fmt::Display| Error::environment(format!("{}:{}: {e}", address.host, address.port));
    let name = ServerName::try_from(address.host.clone()).map_err(|e| wrong(&e))?;
    // named, because several may be compiled in
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(|e| wrong(&e))?;
    let config = config.with_root_certificates(trusted(ca)?).with_no_client_auth();
    let mut tls = ClientConnection::new(Arc::new(config), name).map_err(|e| wrong(&e))?;
    while tls.is_handshaking() {
        tls.complete_io(&mut tcp).map_err(|e| {
            let distrust = e.get_ref().is_some_and(|e| e.to_string().contains("certificate"));
            let remedy = ": name the certificate of the office's own server with --ca FILE";
            wrong(&format!("no safe connection: {e}{}", if distrust { remedy } else { "" }))
        })?;
    }
    Ok(StreamOwned::new(tls, tcp))
}

fn trusted(ca: Option<&Path>) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    let given: Vec<CertificateDer> = match ca {
        Some(path) => {
            let pem = |e: rustls::pki_types::pem::Error| {
                Error::usage(format!("--ca: no certificate can be read from it (PEM is needed): {e}")).at(path)
            };
            CertificateDer::pem_file_iter(path).map_err(pem)?.collect::<std::result::Result<_, _>>().map_err(pem)?
        }
        None => rustls_native_certs::load_native_certs().certs,
    };
    if roots.add_parsable_certificates(given).0 == 0 {
        return Err(match ca {
            Some(path) => Error::usage("--ca: holds no certificate (PEM is needed)").at(path),
            None => Error::environment(
                "the system has no certificates to trust: install ca-certificates, or name --ca FILE",
            ),
        });
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_may_say_no_more_than_it_is_allowed() {
        let allowance = Allowance::default();
        let mut stream = Stream { inner: Box::new(io::Cursor::new(vec![7; 100])), allowance: allowance.clone() };
        let mut all = Vec::new();
        allowance.set(60);
        assert!(stream.read_to_end(&mut all).is_err());
        assert_eq!(all.len(), 60);
        allowance.set(41);
        assert_eq!(stream.read_to_end(&mut all).unwrap(), 40);
    }
}
