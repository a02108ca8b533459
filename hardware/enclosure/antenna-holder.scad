// Holds an RFID board under a wooden or glass shelf, antenna up, behind a thin window. Metal shelves need a hole: 13.56 MHz does not pass metal.
// Print flat side (window) down, no supports, no metallic filament. Millimetres.
//   openscad -D 'board="mfrc522"' -o holder.stl antenna-holder.scad        board: pn532, mfrc522
board = "pn532";

size = board == "mfrc522" ? [60.5, 40] : [43.2, 41.2]; // measure yours
window = 1.2;          // plastic between antenna and shelf
wall = 2.4;
depth = 9;             // board, pins and plugs
hook = 0.9;            // how far the clips reach over the board
board_thickness = 1.7;
ear = 12;
ear_screw = 3.6;
cable = 14;

$fn = 36;
outer = [size[0] + 2 * wall, size[1] + 2 * wall];
assert(window <= 3, "the reader loses tags behind more than 3 mm of plastic");

difference() {
  union() {
    translate([-outer[0] / 2, -outer[1] / 2, 0]) cube([outer[0], outer[1], depth]);
    for (x = [-1, 1]) hull() {
      translate([x * (outer[0] / 2 - 1), 0, 1.5]) cube([2, ear + 8, 3], center = true);
      translate([x * (outer[0] / 2 + ear / 2), 0, 0]) cylinder(d = ear - 2, h = 3);
    }
  }
  translate([-size[0] / 2, -size[1] / 2, window]) cube([size[0], size[1], depth]);
  translate([-cable / 2, -outer[1] / 2 - 1, window + 2]) cube([cable, wall + 2, depth]);
  // free the two clips from the wall so that they bend
  for (y = [-1, 1], x = [-7, 5]) translate([14 + x, y * (outer[1] / 2 - wall / 2) - wall, window]) cube([1.2, 2 * wall, depth]);
  for (x = [-1, 1]) translate([x * (outer[0] / 2 + ear / 2), 0, -1]) cylinder(d = ear_screw, h = 6);
}
// clips over the board's long edges
for (y = [-1, 1]) translate([13.5, y * size[1] / 2, window + board_thickness + 0.2])
  rotate([0, 90, 0]) linear_extrude(9, center = true) polygon([[0, y * 0.2], [0, -y * hook], [-1.6, y * 0.2]]);
