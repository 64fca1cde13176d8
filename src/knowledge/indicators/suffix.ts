/**
 * Names under which anybody can have their own: an indicator that names one would blame everybody below it. Not a copy of
 * any list: the rule of country registries with a second level, and hosts of other people's names that are commonly abused.
 */
const SECOND_LEVEL = new Set(
  'ac co com edu gob gouv gov govt go gv info id ltd me mil ne net nhs nom or org plc pol sch school web asn firm gen ind biz in msk spb'.split(
    ' ',
  ),
);

const SHARED = new Set([
  ...['amazonaws.com', 's3.amazonaws.com', 'cloudfront.net', 'elasticbeanstalk.com', 'awsapprunner.com'],
  ...[
    'azurewebsites.net',
    'azureedge.net',
    'azurefd.net',
    'blob.core.windows.net',
    'core.windows.net',
    'cloudapp.net',
    'cloudapp.azure.com',
    'trafficmanager.net',
    'azure-api.net',
    'onmicrosoft.com',
    'sharepoint.com',
  ],
  ...[
    'appspot.com',
    'web.app',
    'firebaseapp.com',
    'run.app',
    'cloudfunctions.net',
    'googleusercontent.com',
    'withgoogle.com',
    'blogspot.com',
    'translate.goog',
  ],
  ...[
    'workers.dev',
    'pages.dev',
    'trycloudflare.com',
    'r2.dev',
    'github.io',
    'gitlab.io',
    'githubusercontent.com',
    'raw.githubusercontent.com',
    'bitbucket.io',
  ],
  ...[
    'herokuapp.com',
    'netlify.app',
    'vercel.app',
    'onrender.com',
    'fly.dev',
    'glitch.me',
    'repl.co',
    'replit.dev',
    'surge.sh',
    'ngrok.io',
    'ngrok.app',
    'ngrok-free.app',
    'loca.lt',
    'serveo.net',
    'portmap.io',
  ],
  ...[
    'wordpress.com',
    'weebly.com',
    'wixsite.com',
    'tumblr.com',
    'blogspot.de',
    'livejournal.com',
    'godaddysites.com',
    '000webhostapp.com',
    'infinityfreeapp.com',
    'altervista.org',
  ],
  ...[
    'duckdns.org',
    'no-ip.org',
    'no-ip.biz',
    'ddns.net',
    'hopto.org',
    'zapto.org',
    'sytes.net',
    'servehttp.com',
    'redirectme.net',
    'myftp.org',
    'dynu.net',
    'freeddns.org',
    'dyndns.org',
    'afraid.org',
    'mooo.com',
    'chickenkiller.com',
    'us.to',
    'changeip.com',
    'dns.army',
    'kozow.com',
  ],
  ...[
    'dropbox.com',
    'dropboxusercontent.com',
    'box.com',
    'mega.nz',
    'telegra.ph',
    't.me',
    'notion.site',
    'atlassian.net',
    'zendesk.com',
    'myshopify.com',
    'in-addr.arpa',
    'ip6.arpa',
    'local',
    'lan',
    'internal',
    'home.arpa',
  ],
]);

/** The name itself is shared by many owners: nothing may be concluded from names below it. */
export function isSharedSuffix(domain: string): boolean {
  const labels = domain.split('.');
  if (labels.length === 1 || SHARED.has(domain)) return true;
  return labels.length === 2 && labels[1]!.length === 2 && SECOND_LEVEL.has(labels[0]!);
}
