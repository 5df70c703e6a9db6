import { LivemeterClient } from '/livemeter/livemeter.js';

const user = new URLSearchParams(location.search).get('as') ?? 'bob';
document.querySelector('livemeter-platform-chat').client = new LivemeterClient({ headers: () => ({ 'X-Test-User': user }) });
