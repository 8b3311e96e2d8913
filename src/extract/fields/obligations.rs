//! Obligations (việc phải làm): the deadline and the quotas of one duty joined, so that a number owed has a day.
//!
//! in: deadlines and quotas of a record → out: [`Obligation`]s, every deadline and every quota in exactly one, by deadline,
//! then the quotas without one.
//! Promises: joined are a quota and a deadline of one sentence, or those whose task names the things that are counted and
//! that the same units owe; where several deadlines fit none is chosen.

use crate::record::{Deadline, Every, Obligation, Quota, Record};
use crate::text::fold::bare;

/// The obligations of a record whose deadlines and quotas are filled in. Cost: deadlines × quotas.
pub(super) fn obligations(record: &Record) -> Vec<Obligation> {
    let mut joined: Vec<Obligation> =
        (0..record.deadlines.len()).map(|at| Obligation { deadline: Some(at), quotas: Vec::new() }).collect();
    let mut alone = Vec::new();
    for (index, quota) in record.quotas.iter().enumerate() {
        match deadline_of(quota, &record.deadlines) {
            Some(at) => joined[at].quotas.push(index),
            None => alone.push(Obligation { deadline: None, quotas: vec![index] }),
        }
    }
    joined.extend(alone);
    joined
}

fn deadline_of(quota: &Quota, deadlines: &[Deadline]) -> Option<usize> {
    let fits = |near: &dyn Fn(&Deadline) -> bool| {
        let mut all = deadlines.iter().enumerate().filter(|(_, d)| near(d) && may_go_together(quota, d));
        let first = all.next().map(|(at, _)| at);
        if all.next().is_some() { Err(()) } else { Ok(first) }
    };
    let text = bare(&quota.text);
    let in_sentence = |d: &Deadline| {
        let other = bare(&d.text);
        !text.is_empty() && (other.contains(&text) || text.contains(&other))
    };
    let unit = bare(&quota.unit);
    let named = |d: &Deadline| {
        let task = format!(" {} ", bare(d.task.as_deref().unwrap_or(&d.text)));
        unit != "%" && !unit.is_empty() && task.contains(&format!(" {unit} "))
    };
    match fits(&in_sentence) {
        Ok(Some(at)) => Some(at),
        Ok(None) => fits(&named).ok().flatten(),
        Err(()) => None,
    }
}

/// Whether the same units may owe both, as often.
fn may_go_together(quota: &Quota, deadline: &Deadline) -> bool {
    let names = |list: &[String]| -> Vec<String> { list.iter().map(|name| bare(name)).collect() };
    let (ours, theirs) = (names(&quota.responsible), names(&deadline.responsible));
    let one = ours.is_empty() || theirs.is_empty() || ours.iter().any(|name| theirs.contains(name));
    let every = deadline.recurrence.as_ref().map(|r| &r.every);
    let often = match (quota.per.as_ref(), every) {
        (None, _) | (Some(Every::Year), None) => true,
        (per, every) => per == every,
    };
    one && often
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Recurrence;

    fn quota(text: &str, unit: &str, who: &str) -> Quota {
        let responsible = who.split(',').filter(|w| !w.is_empty()).map(str::to_owned).collect();
        Quota { text: text.into(), unit: unit.into(), value: 2.0, responsible, ..Quota::default() }
    }

    fn due(text: &str, task: &str, who: &str) -> Deadline {
        let responsible = who.split(',').filter(|w| !w.is_empty()).map(str::to_owned).collect();
        Deadline { text: text.into(), task: Some(task.into()), responsible, ..Deadline::default() }
    }

    fn joined(deadlines: Vec<Deadline>, quotas: Vec<Quota>) -> Vec<(Option<usize>, Vec<usize>)> {
        let record = Record { deadlines, quotas, ..Record::default() };
        obligations(&record).into_iter().map(|o| (o.deadline, o.quotas)).collect()
    }

    #[test]
    fn a_number_owed_finds_its_day() {
        let sentence = "Mỗi trường gửi ít nhất 02 bài viết về Phòng trước ngày 15/4/2026";
        let one = joined(
            vec![due(sentence, "gửi bài viết", "Mỗi trường"), due("Báo cáo trước 20/4", "Báo cáo", "")],
            vec![quota("gửi ít nhất 02 bài viết về Phòng", "bài viết", "Mỗi trường")],
        );
        assert_eq!(one, [(Some(0), vec![0]), (Some(1), vec![])]);
        let far = |who: &str| {
            joined(
                vec![due("Danh sách gương gửi trước 20/4", "gửi danh sách gương điển hình", "các trường")],
                vec![quota("giới thiệu 02 gương", "gương", who)],
            )
        };
        assert_eq!(far("các trường"), [(Some(0), vec![0])]);
        assert_eq!(far("các phường"), [(Some(0), vec![]), (None, vec![0])]);
    }

    #[test]
    fn what_fits_several_days_is_joined_with_none() {
        let two = joined(
            vec![due("gửi bài viết đợt 1", "gửi bài viết", ""), due("gửi bài viết đợt 2", "gửi bài viết", "")],
            vec![quota("02 bài viết", "bài viết", "")],
        );
        assert_eq!(two[2], (None, vec![0]));
        let mut monthly = due("báo cáo bài viết hằng tháng", "báo cáo bài viết", "");
        monthly.recurrence = Some(Recurrence { every: Every::Month, ..Recurrence::default() });
        let mut yearly = quota("02 bài viết một năm", "bài viết", "");
        yearly.per = Some(Every::Year);
        assert_eq!(joined(vec![monthly], vec![yearly])[1], (None, vec![0]));
    }
}
