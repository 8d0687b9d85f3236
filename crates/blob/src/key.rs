//! The one place that knows where an object lies.

use domain::id::BlobId;

/// Which object is meant. Nothing a person typed ever gets in here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlobKey {
    /// The content of a file.
    Blob(BlobId),
}

impl BlobKey {
    /// The object's path, below the data folder or the bucket's prefix.
    pub(crate) fn path(self) -> String {
        match self {
            Self::Blob(id) => {
                let (outer, inner) = fan_out(id);
                format!("blobs/{outer:02x}/{inner:02x}/{id}")
            }
        }
    }
}

/// Ids begin with the time they were made, so their beginnings would fill one folder after the
/// other; their last two bytes are chance and spread evenly.
fn fan_out(id: BlobId) -> (u8, u8) {
    let [.., outer, inner] = *id.uuid().as_bytes();
    (outer, inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digits_choose_the_folder() {
        let id = "0190163d-8694-739b-aea5-966c26f8ad91".parse().expect("an id");
        assert_eq!(
            BlobKey::Blob(id).path(),
            "blobs/ad/91/0190163d-8694-739b-aea5-966c26f8ad91"
        );
    }
}
