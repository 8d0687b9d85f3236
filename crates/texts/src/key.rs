//! The generated keys, and where their texts stand.

include!(concat!(env!("OUT_DIR"), "/key.rs"));

impl Key {
    /// The place of the text; of a text that counts, the form for many.
    pub(crate) const fn place(self) -> usize {
        let (first, plural) = PLACES[self as usize];
        first as usize + plural as usize
    }

    /// Whether the text goes along with pages; others are shown by the server alone.
    pub const fn travels(self) -> bool {
        self.place() < SENT
    }

    /// The place of the form for one, where there is such a form.
    pub(crate) const fn place_for_one(self) -> usize {
        PLACES[self as usize].0 as usize
    }
}
