//! The program itself dies or stands still.

use testkit::chaos::Chaos;
use testkit::{Stack, on_both_stacks};

use super::{Cuts, LANES, Load, assert_well, millis, parts, serve};

on_both_stacks!(
    killed_again_and_again_it_keeps_every_promise,
    standing_still_for_seconds_it_answers_everybody_afterwards,
);

async fn killed_again_and_again_it_keeps_every_promise(stack: Stack) -> anyhow::Result<()> {
    const KILLS: usize = 4;
    const UPLOADS: usize = 40;
    let folder = tempfile::tempdir()?;
    let cluster = parts(stack).await?;
    let program = serve(folder.path(), cluster.as_ref()).await?;
    let load = Load::new(program.client(), Cuts::Happen);
    let chaos = Chaos::new().gaps(millis(50)..=millis(500)).kills("dropcast", &program);
    let kills = chaos.tally();
    let enough = || kills.strikes() >= KILLS && load.acknowledged() >= UPLOADS;
    chaos.during(load.until(LANES, enough)).await?;
    assert_well(&program, &load).await
}

async fn standing_still_for_seconds_it_answers_everybody_afterwards(stack: Stack) -> anyhow::Result<()> {
    const PAUSES: usize = 2;
    let folder = tempfile::tempdir()?;
    let cluster = parts(stack).await?;
    let program = serve(folder.path(), cluster.as_ref()).await?;
    let load = Load::new(program.client(), Cuts::Never);
    let chaos =
        Chaos::new()
            .gaps(millis(100)..=millis(400))
            .pauses("dropcast", &program, millis(1_000)..=millis(2_500));
    let pauses = chaos.tally();
    let enough = || pauses.strikes() >= PAUSES && load.acknowledged() >= 10;
    chaos.during(load.until(LANES, enough)).await?;
    assert_well(&program, &load).await
}
