//! Certificates from PEM files.

use super::http2;
use crate::problem::Problem;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// Reads the chain and its key, and checks that they belong together.
pub(crate) fn acceptor(certificate: &Path, key: &Path) -> Result<TlsAcceptor, Problem> {
    Ok(TlsAcceptor::from(server_config(
        certificate,
        key,
        &[http2::ALPN, b"http/1.1"],
    )?))
}

/// `protocols` are what ALPN may agree on; with none, it is not spoken.
pub(crate) fn server_config(
    certificate: &Path,
    key: &Path,
    protocols: &[&[u8]],
) -> Result<Arc<ServerConfig>, Problem> {
    let chain = chain(certificate)?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| {
        unreadable(
            "private key",
            key,
            &error,
            "https.key has to name a PEM file with one",
        )
    })?;
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| {
            Problem::new(
                format!(
                    "use the certificate {} with the key {}",
                    certificate.display(),
                    key.display()
                ),
                error,
                "check that they were made for each other",
            )
        })?;
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Ok(Arc::new(config))
}

/// The certificates of a PEM file, at least one.
pub(crate) fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let advice = "https.certificate has to name a PEM file that this user may read";
    let chain = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unreadable("certificate", path, &error, advice))?;
    if chain.is_empty() {
        return Err(unreadable(
            "certificate",
            path,
            &"there is none in it",
            advice,
        ));
    }
    Ok(chain)
}

fn unreadable(what: &str, path: &Path, error: &dyn std::fmt::Display, advice: &str) -> Problem {
    Problem::new(format!("read the {what} {}", path.display()), error, advice)
}
