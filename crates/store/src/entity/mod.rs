//! Tables as SeaORM sees them. What a column means stands in the migration that made it.

pub mod blobs;
pub mod nodes;
