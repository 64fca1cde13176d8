import type { Random } from '../random.ts';

/** Invented people: first and last names put together by chance. */
const FIRST =
  'Hanne Ilir Mirena Tomas Sofie Anton Lidia Rasmus Clara Emil Nadja Viktor Petra Oskar Irma Stefan Dana Jonas Eva Karl Greta Mikael Alma Bruno Celia Dario Elna Felix Gerda Henrik Ida Jakob Katia Lars Maja Nils Olga Pavel Rita Simon Tilda Ulrik Vera Wanda Yann Zora Adela Boris Carla David Edda Frank Gina Hugo Ines Joren Kira Leon Mona Niko'.split(
    ' ',
  );
const LAST =
  'Brandt Castor Dovac Elgar Farrow Gellert Hovan Ivers Jessen Kovar Lorenz Malen Norrby Orlin Pellan Quist Reuter Selmer Tarnow Ulvan Vardan Westin Aldhaus Bergov Cardan Dreyva Ekholt Fabrin Gorsky Hallin Indrik Jalmar Kestrel Lindov Morwen Nessel Ostrav Pirelis Rostan Solvay Tervo Urbane Valtin Wirsen Yarrow Zelnik Arvid Bostrom Cellan Dornik Estrad Fennel Garvin Hestin Ismark Jorvik Klement Lavrin Mostad Nagel Oberlin Pastor Rennik Sarkan Tholen Ulmer Vestin Wandel Ystad Zabran Almgren Bartos Corvin Duvall Edlund Forsen Grolin Hartvig Isaksen Jandov Krolin Lovisen Marek Nordahl Oslin Petrov Rudolfi Stenman Torvald Undset Volgast Wessel Zander'.split(
    ' ',
  );

export interface Name {
  readonly display: string;
  readonly login: string;
}

/** So many different names and log-on names: `h.brandt`, and the whole first name where that is somebody's already. */
export function names(random: Random, count: number): Name[] {
  const pairs = random.some(
    FIRST.flatMap((first) => LAST.map((last) => [first, last] as const)),
    count,
  );
  const taken = new Set<string>();
  return pairs.map(([first, last]) => {
    const short = `${first[0]}.${last}`.toLowerCase();
    const login = taken.has(short) ? `${first}.${last}`.toLowerCase() : short;
    taken.add(login);
    return { display: `${first} ${last}`, login };
  });
}
