// A photo is made small on the phone before it is kept: drawn anew, so that place and camera data in the file are gone.
self.Spot = self.Spot ?? {};
(() => {
  const LONGEST = 1600; // pixels
  const QUALITY = 0.82;
  const PATIENCE = 10000; // milliseconds for finding out where one is

  async function shrink(file) {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const paper = canvas.getContext("2d");
    paper.fillStyle = "#fff"; // what is transparent would come out black
    paper.fillRect(0, 0, canvas.width, canvas.height);
    paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return new Promise((resolve, reject) => {
      canvas.toBlob((made) => (made ? resolve(made) : reject(new Error("no picture"))), "image/jpeg", QUALITY);
    });
  }

  // Only after the member has switched it on; without an answer the photo goes without a place.
  function place() {
    return new Promise((resolve) => {
      if (!navigator.geolocation) return resolve(null);
      const found = ({ coords }) => resolve({ latitude: coords.latitude.toFixed(5), longitude: coords.longitude.toFixed(5) });
      return navigator.geolocation.getCurrentPosition(found, () => resolve(null), { timeout: PATIENCE, enableHighAccuracy: true });
    });
  }

  self.Spot.photo = { shrink, place };
})();
