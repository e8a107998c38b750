//! HTTPS by rustls, and where plain HTTP is allowed.

use anyhow::{Context as _, bail};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How many bytes a certificate chain or key file may have.
pub const PEM_BYTES_MAX: u64 = 1024 * 1024;

/// Refuses to speak plain HTTP to the world.
///
/// # Errors
/// If there is no TLS, the address is not loopback, and no proxy was named.
pub fn check_exposure(listen: SocketAddr, has_tls: bool, behind_proxy: bool) -> anyhow::Result<()> {
    if has_tls || behind_proxy || listen.ip().is_loopback() {
        return Ok(());
    }
    bail!(
        "the HTTP API would speak plain HTTP on {listen}, which is not loopback: give tls_certificate and tls_key in \
         node.toml, or listen on 127.0.0.1, or say behind_proxy = true if a proxy before the node speaks TLS"
    )
}

/// Reads a certificate chain and its key (PEM). TLS 1.2 and 1.3, HTTP/1.1, no client certificates.
///
/// # Errors
/// If a file cannot be read, holds nothing of its kind, or the two do not fit.
pub fn acceptor(certificate: &Path, key: &Path) -> anyhow::Result<TlsAcceptor> {
    let read = |path: &Path| -> anyhow::Result<Vec<u8>> {
        if !path.exists() {
            bail!("{} is missing: put the PEM file there, or correct tls_certificate and tls_key in node.toml", path.display());
        }
        let length = std::fs::metadata(path).with_context(|| path.display().to_string())?.len();
        if length > PEM_BYTES_MAX {
            bail!("{} has {length} bytes, a PEM file has at most {PEM_BYTES_MAX}", path.display());
        }
        std::fs::read(path).with_context(|| path.display().to_string())
    };
    let chain = CertificateDer::pem_slice_iter(&read(certificate)?).collect::<Result<Vec<_>, _>>();
    let chain = chain.with_context(|| format!("{} is no PEM file of certificates", certificate.display()))?;
    if chain.is_empty() {
        bail!("{} holds no certificate; give the whole chain in PEM", certificate.display());
    }
    let secret = PrivateKeyDer::from_pem_slice(&read(key)?).with_context(|| format!("{} holds no private key in PEM", key.display()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .with_context(|| format!("{} and {} do not fit each other", certificate.display(), key.display()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_loopback() {
        let check = |listen: &str, tls, proxy| check_exposure(listen.parse().unwrap(), tls, proxy).is_ok();
        assert!(check("127.0.0.1:1", false, false) && check("[::1]:1", false, false));
        assert!(!check("0.0.0.0:1", false, false) && !check("192.0.2.1:1", false, false));
        assert!(check("0.0.0.0:1", true, false) && check("0.0.0.0:1", false, true));
    }

    #[test]
    fn a_missing_or_empty_file_is_named() {
        let home = tempfile::tempdir().unwrap();
        let (certificate, key) = (home.path().join("c.pem"), home.path().join("k.pem"));
        let error = |what: &str| match acceptor(&certificate, &key) {
            Ok(_) => panic!("{what}"),
            Err(error) => format!("{error:#}"),
        };
        assert!(error("no file").contains("c.pem"));
        std::fs::write(&certificate, "").unwrap();
        assert!(error("empty").contains("no certificate"));
    }
}
