export const THEME_KEY = 'baluhost.theme'
export const RAIL_KEY = 'baluhost.rail'
export const LOCALE_KEY = 'baluhost.locale'

/**
 * Runs before the first paint, inline in every page (its hash is in the page's policy): without it a dark room flashes
 * white and the rail jumps.
 */
export const firstPaintScript = `(()=>{try{var d=document.documentElement,s=localStorage,t=s.getItem('${THEME_KEY}');
if(t!=='light'&&t!=='dark')t=matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light';d.dataset.theme=t;
if(s.getItem('${RAIL_KEY}')==='narrow')d.dataset.rail='narrow';
var l=s.getItem('${LOCALE_KEY}');if(!l)l=(navigator.languages||[]).map(function(x){return x.slice(0,2).toLowerCase()}).find(function(x){return x==='de'||x==='en'})||'en';d.lang=l}catch(e){}})()`
