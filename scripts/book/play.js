/* play.js - the recording that the page has, in a player. */

AsciinemaPlayer.create(
	{ data: document.getElementById("cast").textContent.trim() },
	document.getElementById("player"),
	{ fit: "width", poster: "npt:0:08", idleTimeLimit: 2,
		terminalFontFamily: "ui-monospace, monospace" });
