using PantryChain.Preview;

// Draws every line of pictures.txt as PNG: dotnet run --project hardware/tools/Preview [FOLDER]. Needs OpenSCAD.
string folder = args.Length > 0 ? args[0] : Path.Combine("hardware", "enclosure");
string list = Path.Combine(folder, "pictures.txt");
if (!File.Exists(list))
{
    Console.Error.WriteLine($"{list} does not exist. Run this in the project's folder, or name the folder of the enclosures.");
    return 2;
}
string pictures = Directory.CreateDirectory(Path.Combine(folder, "pictures")).FullName, scratch = Directory.CreateTempSubdirectory("preview-").FullName;
foreach (Model model in Model.ReadAll(list))
{
    string stl = Path.Combine(scratch, model.Name + ".stl");
    (int exitCode, string said) = await model.ExportAsync(folder, stl);
    if (exitCode != 0)
    {
        Console.Error.WriteLine($"OpenSCAD refused {model.Source}: {said}");
        return 1;
    }
    StlMesh mesh = StlMesh.Read(stl);
    Png.Write(Path.Combine(pictures, model.Name + ".png"), model.Look(mesh), Model.Width, Model.Height);
    Console.WriteLine(FormattableString.Invariant($"{model.Name}.png  {mesh.Size.X:0.0} x {mesh.Size.Y:0.0} x {mesh.Size.Z:0.0} mm, {mesh.Volume:0.0} cm3"));
}
Directory.Delete(scratch, recursive: true);
return 0;
