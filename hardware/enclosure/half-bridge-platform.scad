// Platform on four 50 kg half bridges: a holder under each corner. The rim of the cell rests on a ledge, its E-shaped middle hangs free and
// presses on the floor through its own foot. Print four holders flat side down, no supports. The board on top is 12 mm plywood. Millimetres.
//   openscad -D 'part="holder"' -o holder.stl half-bridge-platform.scad        part: holder, assembly
part = "assembly";

cell = 34.4;           // side of the cell's square frame plus play
cell_depth = 3.2;      // thickness of the frame
ledge = 3;             // how much of the frame rests on plastic
free_depth = 5;        // room above the bending middle
wall = 3;
roof = 3;
ear = 14;              // screw ears
ear_screw = 4;
cable = 6;
board = [300, 300, 12];
inset = 12;

$fn = 40;
outer = cell + 2 * wall;
height = roof + free_depth + cell_depth;
assert(ledge < cell / 4, "the ledge would touch the bending middle");

// Standing on its roof, as it is printed.
module holder() {
  difference() {
    union() {
      translate([-outer / 2, -outer / 2, 0]) cube([outer, outer, height]);
      for (x = [-1, 1]) hull() {
        translate([x * (outer / 2 - 1), 0, roof / 2]) cube([2, ear + 6, roof], center = true);
        translate([x * (outer / 2 + ear / 2), 0, 0]) cylinder(d = ear - 2, h = roof);
      }
    }
    translate([-cell / 2, -cell / 2, height - cell_depth]) cube([cell, cell, cell_depth + 1]);
    translate([-cell / 2 + ledge, -cell / 2 + ledge, roof]) cube([cell - 2 * ledge, cell - 2 * ledge, height]);
    translate([-cable / 2, 0, roof]) cube([cable, outer, height]); // the three wires leave here
    for (x = [-1, 1]) translate([x * (outer / 2 + ear / 2), 0, -1]) cylinder(d = ear_screw, h = roof + 2);
  }
}

module cell_model() {
  color("silver") translate([-17, -17, height - cell_depth]) difference() {
    cube([34, 34, 3]);
    translate([8, 8, -1]) cube([18, 4, 5]);
    translate([8, 22, -1]) cube([18, 4, 5]);
  }
}

if (part == "holder") holder();
else {
  translate([0, 0, height + board[2] / 2]) cube(board, center = true);
  for (x = [-1, 1], y = [-1, 1])
    translate([x * (board[0] / 2 - outer / 2 - ear - inset + 6), y * (board[1] / 2 - outer / 2 - inset), height + 0.01]) mirror([0, 0, 1]) { holder(); cell_model(); }
}
