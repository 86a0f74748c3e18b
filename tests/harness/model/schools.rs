//! Reading the register and its figures.

use super::answer::{Answer, Refused, Told};
use super::county::{self, COUNTY};
use super::imports::urn;
use super::state::{Call, Model};
use super::step::Act;

impl Model {
    pub(super) fn of_schools(&mut self, call: &Call) -> Answer {
        let found = |node: String| {
            if county::exists(&node) {
                Ok(node)
            } else {
                Err(Refused::not_found())
            }
        };
        match call.act {
            Act::ListSchools => Ok(Told::Schools(self.reached_schools(call).collect())),
            Act::ListDistricts => {
                let held = self.held(call.who);
                let own = held.iter().map(|(_, node)| node.clone());
                let own = own.filter(|node| node.starts_with("districts/"));
                let schools = self.reached_schools(call);
                let of_schools =
                    schools.filter_map(|urn| self.district_of(&format!("schools/{urn}")));
                let all = held.iter().any(|(_, node)| node == COUNTY);
                let every = (0..5).map(county::district).filter(|_| all);
                Ok(Told::Districts(
                    own.chain(of_schools).chain(every).collect(),
                ))
            }
            Act::GetSchool { school } => {
                let name = found(county::school(school))?;
                Ok(Told::Schools([urn(&name)].into()))
            }
            Act::GetDistrict { district } => {
                let name = found(county::district(district))?;
                Ok(Told::Districts([name].into()))
            }
            Act::Figure { school, year } => {
                let name = found(county::school(school))?;
                let (other, _) = county::results(year);
                let own = urn(&name) == other;
                Ok(Told::Figure(self.imports.percentage(year).filter(|_| own)))
            }
            _ => Ok(Told::Nothing),
        }
    }

    /// The schools that somebody's roles reach.
    fn reached_schools(&self, call: &Call) -> impl Iterator<Item = u32> {
        let held = self.held(call.who);
        let schools = self.memberships.keys().copied();
        schools.filter(move |urn| {
            let node = format!("schools/{urn}");
            held.iter().any(|(_, at)| self.contains(at, &node))
        })
    }
}
