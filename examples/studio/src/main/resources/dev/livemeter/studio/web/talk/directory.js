import { displayName } from '../app/words.js';
import { page, panel, widget } from './page.js';

page('Who is live', async ({ client, api, me }) => {
  const { users } = await api.get('studio/users');
  // Guests have no wallet, and calls are paid for.
  const people = me.guest === undefined ? users.filter(user => user.roles.includes('broadcaster') && user.user !== me.user) : [];
  const directory = widget('livemeter-directory', client, { people: people.map(({ user }) => user).join(' ') });
  directory.nameOf = displayName;
  return [panel(null, directory)];
});
