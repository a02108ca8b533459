using System.Numerics;
using PantryChain.Preview;

namespace PantryChain.Hardware.Tests;

/// <summary>OpenSCAD makes printable bodies of the sources, and the pictures in the documents show them.</summary>
public sealed class EnclosureSpecs
{
    private const float PrintBed = 220; // millimetres, the usual hobby printer

    private static string Folder => Place.Hardware("enclosure");

    private static IReadOnlyList<Model> Models { get; } = Model.ReadAll(Path.Combine(Folder, "pictures.txt"));

    public static TheoryData<string> Names => [.. Models.Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_part_renders_to_a_closed_body_and_its_picture_shows_it(string name)
    {
        using TempFolder scratch = new();
        Model model = Models.Single(candidate => candidate.Name == name);
        (int exitCode, string said) = await model.ExportAsync(Folder, scratch.Inside("part.stl"));
        exitCode.Should().Be(0, said);
        said.Should().NotContain("WARNING").And.NotContain("ERROR");
        if (said.Contains("Simple:", StringComparison.Ordinal))
            said.Should().MatchRegex(@"Simple:\s+yes");
        StlMesh mesh = StlMesh.Read(scratch.Inside("part.stl"));

        mesh.IsClosed.Should().BeTrue("a printer needs to know inside from outside");
        mesh.Volume.Should().BeGreaterThan(1);
        if (model.Part != "assembly")
        {
            Math.Max(mesh.Size.X, mesh.Size.Y).Should().BeLessThan(PrintBed);
            mesh.Least.Z.Should().BeApproximately(0, 0.01f, "it is printed on its flat side");
        }
        ShareOfOtherPixels(model.Look(mesh), Png.Read(Path.Combine(Folder, "pictures", name + ".png"), Model.Width, Model.Height))
            .Should().BeLessThan(0.01, "'dotnet run --project hardware/tools/Preview' draws the pictures anew");
    }

    [Fact]
    public async Task A_mount_whose_pads_would_stop_the_bar_from_bending_is_refused()
    {
        using TempFolder scratch = new();
        Model model = new("short", "bar-cell-mount.scad", "base", 0, 0, ["cell_length=55"]);

        (int exitCode, string said) = await model.ExportAsync(Folder, scratch.Inside("part.stl"));

        exitCode.Should().NotBe(0);
        said.Should().Contain("the bar could not bend");
    }

    [Theory]
    [InlineData("gateway-box-bottom", 85 + 2, 56 + 2)]
    [InlineData("gateway-box-zero", 65 + 2, 30 + 2)]
    [InlineData("antenna-holder-pn532", 43, 41)]
    public async Task A_board_has_room_in_what_is_made_for_it(string name, float length, float width)
    {
        using TempFolder scratch = new();
        Model model = Models.Single(candidate => candidate.Name == name);
        await model.ExportAsync(Folder, scratch.Inside("part.stl"));

        Vector3 size = StlMesh.Read(scratch.Inside("part.stl")).Size;

        size.X.Should().BeGreaterThan(length);
        size.Y.Should().BeGreaterThan(width);
    }

    [Fact]
    public void The_camera_sees_a_cube_as_three_faces_and_a_hole_in_a_body_is_noticed()
    {
        using TempFolder scratch = new();
        string stl = scratch.Inside("cube.stl");
        File.WriteAllText(stl, Cube());
        StlMesh cube = StlMesh.Read(stl);
        byte[] picture = Camera.Render(cube, 90, 60);
        int colours = picture.Chunk(3).GroupBy(pixel => (pixel[0], pixel[1], pixel[2])).Count(group => group.Count() > 150);

        (cube.IsClosed, Math.Round(cube.Volume, 3)).Should().Be((true, 1.0));
        colours.Should().Be(4, "the paper and three faces");

        File.WriteAllLines(stl, File.ReadAllLines(stl).SkipLast(3));
        StlMesh.Read(stl).IsClosed.Should().BeFalse();
    }

    private static double ShareOfOtherPixels(byte[] one, byte[] other) =>
        Enumerable.Range(0, one.Length / 3).Count(pixel => Enumerable.Range(pixel * 3, 3).Any(at => Math.Abs(one[at] - other[at]) > 48)) / (one.Length / 3.0);

    /// <summary>A cube of 10 mm as text, two triangles a side.</summary>
    private static string Cube()
    {
        List<string> lines = [];
        for (int axis = 0; axis < 3; axis++)
            for (int side = 0; side < 2; side++)
            {
                Vector3[] corners = [Corner(axis, side, 0, 0), Corner(axis, side, 1, 0), Corner(axis, side, 1, 1), Corner(axis, side, 0, 1)];
                int[] order = side == 1 ? [0, 1, 2, 0, 2, 3] : [0, 2, 1, 0, 3, 2];
                lines.AddRange(order.Select(index => FormattableString.Invariant($"vertex {corners[index].X} {corners[index].Y} {corners[index].Z}")));
            }
        return string.Join('\n', lines);
    }

    private static Vector3 Corner(int axis, int side, int u, int v)
    {
        float[] at = new float[3];
        (at[axis], at[(axis + 1) % 3], at[(axis + 2) % 3]) = (side * 10, u * 10, v * 10);
        return new Vector3(at);
    }
}
