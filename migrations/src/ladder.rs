//! The migrations, in the order in which they are applied.

use sea_orm_migration::{MigrationTrait, MigratorTraitSelf};

use crate::{m0001_blobs_and_nodes, m0002_jobs, m0003_marks_and_locks};

/// A list of migrations. There is one for the program; tests stand on shorter and longer ones.
#[derive(Clone, Copy, Debug)]
pub struct Ladder(pub fn() -> Vec<Box<dyn MigrationTrait>>);

impl Ladder {
    pub const OURS: Self = Self(|| {
        vec![
            Box::new(m0001_blobs_and_nodes::Migration),
            Box::new(m0002_jobs::Migration),
            Box::new(m0003_marks_and_locks::Migration),
        ]
    });

    pub fn names(self) -> Vec<String> {
        (self.0)().iter().map(|migration| migration.name().to_owned()).collect()
    }
}

impl MigratorTraitSelf for Ladder {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        (self.0)()
    }
}
