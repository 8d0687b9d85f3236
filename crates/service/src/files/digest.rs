//! Hashing what passes by, beside the storage that writes it.

use std::mem;

use bytes::Bytes;
use domain::digest::Sha256;
use sha2::Digest as _;
use tokio::task::{self, JoinHandle};

use crate::ServiceError;

/// Enough that a trip to another thread does not count.
const BATCH_BYTES: usize = 1024 * 1024;
/// So little that it is hashed before another thread would have woken up.
const IN_PLACE_BYTES: usize = 64 * 1024;

/// SHA-256 and CRC-32 of a stream, in one pass while the bytes are near the processor. One batch
/// is hashed in the background while the next one arrives, so neither the network nor the disk
/// waits for it.
#[derive(Default)]
pub(super) struct ContentDigest {
    batch: Vec<Bytes>,
    batch_bytes: usize,
    hashers: State,
}

enum State {
    Waiting(Box<Hashers>),
    Hashing(JoinHandle<Box<Hashers>>),
}

#[derive(Default)]
struct Hashers {
    sha256: sha2::Sha256,
    crc32: crc32fast::Hasher,
}

impl Default for State {
    fn default() -> Self {
        Self::Waiting(Box::default())
    }
}

impl Hashers {
    fn update(&mut self, batch: &[Bytes]) {
        for chunk in batch {
            self.sha256.update(chunk);
            self.crc32.update(chunk);
        }
    }
}

impl ContentDigest {
    pub(super) async fn push(&mut self, chunk: Bytes) -> Result<(), ServiceError> {
        self.batch_bytes += chunk.len();
        self.batch.push(chunk);
        if self.batch_bytes >= BATCH_BYTES {
            self.hash_in_background().await?;
        }
        Ok(())
    }

    pub(super) async fn finish(mut self) -> Result<(Sha256, u32), ServiceError> {
        if self.batch_bytes > IN_PLACE_BYTES {
            self.hash_in_background().await?;
        }
        let mut hashers = self.settle().await?;
        hashers.update(&self.batch);
        Ok((
            Sha256::from_bytes(hashers.sha256.finalize().into()),
            hashers.crc32.finalize(),
        ))
    }

    async fn hash_in_background(&mut self) -> Result<(), ServiceError> {
        let mut hashers = self.settle().await?;
        let batch = mem::take(&mut self.batch);
        self.batch_bytes = 0;
        self.hashers = State::Hashing(task::spawn_blocking(move || {
            hashers.update(&batch);
            hashers
        }));
        Ok(())
    }

    async fn settle(&mut self) -> Result<Box<Hashers>, ServiceError> {
        match mem::take(&mut self.hashers) {
            State::Waiting(hashers) => Ok(hashers),
            State::Hashing(handle) => handle.await.map_err(ServiceError::internal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn chunks_of_any_size_give_the_digests_of_the_whole() {
        let whole: Vec<u8> = (0..5_000_011_u32)
            .map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[1])
            .collect();
        let whole = Bytes::from(whole);
        for size in [1_000, 65_536, 1_048_576, 3_000_000, whole.len()] {
            let mut digest = ContentDigest::default();
            for chunk in whole.chunks(size) {
                digest.push(whole.slice_ref(chunk)).await.expect("hashed");
            }
            let expected = (
                Sha256::from_bytes(sha2::Sha256::digest(&whole).into()),
                crc32fast::hash(&whole),
            );
            assert_eq!(digest.finish().await.expect("hashed"), expected, "chunks of {size}");
        }
    }

    #[tokio::test]
    async fn nothing_has_the_digests_of_nothing() {
        let (sha256, crc32) = ContentDigest::default().finish().await.expect("hashed");
        assert_eq!(
            sha256.to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(crc32, 0);
    }
}
