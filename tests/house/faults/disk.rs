//! The disk runs full while it works, and somebody makes room.

use testkit::cramped::Cramped;
use testkit::program::Program;
use testkit::wait;
use wire::error::ErrorCode;

use super::{Cuts, LANES, Load, assert_well};
use crate::support::assert_problem;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_disk_that_runs_full_refuses_until_there_is_room_again() -> anyhow::Result<()> {
    let disk = Cramped::of("64m")?;
    let program = Program::serve(disk.folder())?
        .over(&disk)
        .with("DROPCAST_DATA", "disk/data")
        .with("DROPCAST_FREE_SPACE_FLOOR", "0")
        .start()
        .await?;
    let load = Load::new(program.client(), Cuts::Never);
    for round in 1..=2 {
        load.until(LANES, || load.acknowledged() >= 10 * round).await?;

        // In the middle of uploads that are under way.
        let full = async {
            disk.fill()?;
            wait::for_ok("an upload is refused", async || -> anyhow::Result<()> {
                let answer = load.upload().await?.expect("nothing is cut");
                anyhow::ensure!(answer.status != 201, "it found room");
                assert_problem(&answer, ErrorCode::StorageFull);
                Ok(())
            })
            .await
        };
        let others = async {
            for _ in 0..5 {
                load.upload().await?;
            }
            Ok(())
        };
        tokio::try_join!(others, full)?;
        let client = program.client();
        assert_eq!(client.get("/healthz").send().await?.status, 200);
        load.verify().await?;

        disk.make_room()?;
        load.works_again().await?;
    }
    assert_well(&program, &load).await
}
